import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { families } from '../../../src/multiplier/generate/families.js';
import type { Parameter } from '../../../src/multiplier/generate/family.js';
import { type GenerateOptions, generateMultiplier } from '../../../src/multiplier/generate/generate.js';
import { UserError } from '../../../src/util/errors.js';
import { userError } from '../../support/errors.js';
import { fc } from '../../support/property.js';
import { WIDTHS } from './family_tables.js';

const uint8: GenerateOptions = {
  activation: 'uint8',
  weight: 'uint8',
  bits: 8,
  signMagnitude: false,
  parameters: {},
};
const int8: GenerateOptions = { ...uint8, activation: 'int8', weight: 'int8' };

/** Values for all parameters that a width allows together. */
const leastOf = (parameters: readonly Parameter[]): Record<string, number> =>
  Object.fromEntries(parameters.map(({ name, least }) => [name, least]));

describe('the registry', () => {
  test('names every family and parameter once, as words of a command line, in one line each', () => {
    const names = families.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const { name, about, source, parameters } of families) {
      assert.match(name, /^[a-z]+(-[a-z]+)*$/);
      for (const text of [about, source, ...parameters.map((parameter) => parameter.about)]) {
        assert.match(text, /^[^\n]{5,110}[^.\n]$/);
      }
      const flags = parameters.map((parameter) => parameter.name);
      assert.equal(new Set(flags).size, flags.length);
      for (const flag of flags) assert.match(flag, /^[a-z]+(-[a-z]+)*$/);
    }
  });

  test('has defaults within their bounds', () => {
    for (const { parameters } of families) {
      for (const { default: value, least, most } of parameters) {
        for (const bits of WIDTHS) assert.ok(value === undefined || (value >= least && value <= most(bits)));
      }
    }
  });
});

describe('the name of a multiplier', () => {
  const names: [string, GenerateOptions, string][] = [
    ['exact', int8, 'exact_int8'],
    ['drum', { ...int8, signMagnitude: true, parameters: { k: 4 } }, 'drum_k4_int8'],
    ['mitchell', { ...uint8, bits: 4 }, 'mitchell_uint8_4bit'],
    ['truncated-result', { ...uint8, parameters: { 'dropped-bits': 8 } }, 'truncated_result_n8_uint8'],
    ['broken-array', { ...int8, parameters: { 'vertical-break': 9 } }, 'broken_array_h0_v9_int8'],
    [
      'perforated',
      { ...uint8, activation: 'int8', bits: 6, signMagnitude: true, parameters: { rows: 2 } },
      'perforated_j0_k2_int8xuint8_6bit_sign_magnitude',
    ],
  ];
  for (const [family, options, name] of names) {
    test(name, () => {
      const multiplier = generateMultiplier(family, options);
      assert.equal(multiplier.name, name);
      assert.deepEqual(
        [multiplier.activation, multiplier.weight, multiplier.bits],
        [options.activation, options.weight, options.bits],
      );
    });
  }
});

describe('what is refused', () => {
  const refused = (family: string, options: GenerateOptions, ...patterns: RegExp[]) =>
    assert.throws(() => generateMultiplier(family, options), userError(...patterns));

  test('an unknown family, with those that are near and all there are', () => {
    refused('brokenarray', uint8, /called "brokenarray"; did you mean "broken-array"/, /\(families: exact, /);
    refused('', uint8, /called "" \(families: /);
    refused('toString', uint8, /called "toString"/);
  });

  test('a parameter that the family lacks', () => {
    refused(
      'drum',
      { ...uint8, parameters: { k: 4, 'vertical-break': 2 } },
      /^--vertical-break: drum has no such parameter \(it has --k\)$/,
    );
    refused(
      'broken-array',
      { ...uint8, parameters: { 'vertical-brake': 2 } },
      /did you mean "vertical-break"\? \(it has --horizontal-break, --vertical-break\)$/,
    );
    refused('mitchell', { ...uint8, parameters: { k: 4 } }, /--k: mitchell has no such .* \(it has none\)$/);
  });

  test('a missing parameter, with its meaning and range', () => {
    for (const parameters of [{}, { k: undefined }]) {
      refused(
        'drum',
        { ...uint8, bits: 6, parameters },
        /^drum: --k is missing \(bits of a segment\); expected a whole number from 1 to 6$/,
      );
    }
  });

  test('widths other than 2 to 8', () => {
    for (const bits of [1, 9, 4.5, Number.NaN]) {
      refused('exact', { ...uint8, bits }, new RegExp(`--bits: expected .* from 2 to 8, got ${bits}`));
    }
  });

  test('signed operands for a family that is defined on unsigned ones, with what to do', () => {
    for (const { name, operands, parameters } of families) {
      const given = { parameters: Object.fromEntries(parameters.map((p) => [p.name, p.least])) };
      for (const types of [{ activation: 'int8' }, { weight: 'int8' }] as const) {
        const options = { ...uint8, ...types, ...given };
        if (operands === 'any') generateMultiplier(name, options);
        else
          refused(
            name,
            options,
            /^[a-z]+ is defined for unsigned .*int8.*--types uint8, or --sign-magnitude/,
          );
        generateMultiplier(name, { ...options, signMagnitude: true });
      }
    }
  });

  test('sign-magnitude where no operand has a sign', () => {
    refused(
      'drum',
      { ...uint8, signMagnitude: true, parameters: { k: 4 } },
      /--sign-magnitude: does nothing/,
    );
  });

  test('values beyond the ends of a range, which is named; the ends themselves are taken', () => {
    for (const { name, parameters } of families) {
      for (const bits of WIDTHS) {
        for (const { name: flag, least, most } of parameters) {
          const options = (value: number) => ({
            ...uint8,
            bits,
            parameters: { ...leastOf(parameters), [flag]: value },
          });
          generateMultiplier(name, options(least));
          generateMultiplier(name, options(most(bits)));
          const range = new RegExp(
            `^--${flag}: expected a (whole )?number from ${least} to ${most(bits)} for `,
          );
          for (const value of [least - 1, most(bits) + 1, Number.NaN, -Infinity, Infinity]) {
            refused(name, options(value), range, new RegExp(`got ${value}$`));
          }
        }
      }
    }
  });

  test('fractions of what is counted', () => {
    for (const { name, parameters } of families) {
      for (const { name: flag, kind, least } of parameters) {
        const options = { ...uint8, bits: 3, parameters: { ...leastOf(parameters), [flag]: least + 0.5 } };
        if (kind === 'real') generateMultiplier(name, options);
        else refused(name, options, new RegExp(`--${flag}: expected a whole number .* got ${least + 0.5}$`));
      }
    }
  });
});

test('any options give a whole table or a one-line UserError', () => {
  const type = fc.constantFrom('int8' as const, 'uint8' as const);
  const value = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 6 }) },
    fc.double(),
    fc.constant(undefined),
  );
  const cases = fc.constantFrom(...families).chain(({ name, parameters }) =>
    fc.record({
      family: fc.oneof({ weight: 20, arbitrary: fc.constant(name) }, fc.string()),
      activation: type,
      weight: type,
      bits: fc.integer({ min: 1, max: 6 }),
      signMagnitude: fc.boolean(),
      parameters: fc.oneof(
        { weight: 20, arbitrary: fc.record(Object.fromEntries(parameters.map((p) => [p.name, value]))) },
        fc.dictionary(fc.string(), value, { maxKeys: 2 }),
      ),
    }),
  );
  let generated = 0;
  fc.assert(
    fc.property(cases, ({ family, ...options }) => {
      try {
        assert.equal(generateMultiplier(family, options).table.length, 4 ** options.bits);
        generated++;
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
        assert.doesNotMatch(error.message, /\n|undefined/);
      }
    }),
    { numRuns: 2000 },
  );
  assert.ok(generated > 300 && generated < 1700, `${generated} generated`);
});
