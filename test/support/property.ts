import fc from 'fast-check';

// The same cases in every run: a failure can be repeated, and CI does not fail by chance.
fc.configureGlobal({ seed: 20261123 });

export { fc };
