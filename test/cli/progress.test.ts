import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProgressLine } from '../../src/cli/progress.js';

function terminal(columns: number) {
  const written: string[] = [];
  return { written, isTTY: true, columns, write: (text: string) => written.push(text) };
}

test('shows phase, share, rate and time left', () => {
  const stream = terminal(100);
  let now = 0;
  const line = new ProgressLine(stream, () => now);
  line.update({ phase: 'float', done: 0, total: 1000 });
  now = 2000;
  line.update({ phase: 'float', done: 500, total: 1000 });
  assert.match(stream.written.at(-1)!, /float .*█{12}░{12} {2}500\/1000 {2}250 images\/s {2}2 s left$/);
});

test('draws at most ten times a second, but every new phase', () => {
  const stream = terminal(100);
  let now = 0;
  const line = new ProgressLine(stream, () => now);
  for (now = 0; now < 1000; now++) line.update({ phase: 'float', done: now, total: 1000 });
  assert.equal(stream.written.length, 10);
  line.update({ phase: 'exact', done: 0, total: 1000 });
  assert.equal(stream.written.length, 11);
});

test('never wraps a narrow terminal', () => {
  const stream = terminal(30);
  const line = new ProgressLine(stream, () => 0);
  line.update({ phase: 'approximate', done: 123456, total: 1234567 });
  assert.equal(stream.written.at(-1)!.replace('\r\u001b[K', '').length, 29);
});

const training = {
  epoch: 12,
  epochs: 50,
  loss: 0.4123,
  accuracy: 0.861,
  imagesPerSecond: 512.3,
  secondsLeft: 3723,
};

test('a training shows what people watch; the bar gives way first', () => {
  const shown = (columns: number) => {
    const stream = terminal(columns);
    new ProgressLine(stream, () => 0).update({ phase: 'train', done: 40, total: 160, training });
    return stream.written.at(-1)!.replace('\r\u001b[K', '');
  };
  const figures = 'step 40/160  loss 0.412  acc 86.1 %  512 images/s  1 h 2 min left';
  assert.equal(shown(140), `epoch 12/50  ${'█'.repeat(6)}${'░'.repeat(18)}  ${figures}`);
  assert.equal(shown(93), `epoch 12/50  ${'█'.repeat(3)}${'░'.repeat(9)}  ${figures}`.slice(0, 92));
  assert.equal(shown(80), `epoch 12/50  ${figures}`);
  assert.equal(shown(40).length, 39);
});

test('writes nothing where the stream is no terminal', () => {
  const stream = { ...terminal(80), isTTY: false };
  const line = new ProgressLine(stream);
  line.update({ phase: 'float', done: 1, total: 2 });
  line.clear();
  assert.deepEqual(stream.written, []);
});
