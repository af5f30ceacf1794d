import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChineseRemainder } from '../../../../src/multiplier/analysis/rank/chinese_remainder.js';
import { inverse, primes, residue } from '../../../../src/multiplier/analysis/rank/residues.js';
import { Random } from '../../../../src/util/random.js';

test('primes are those below 2^23, largest first', () => {
  const sieve = new Uint8Array(2 ** 23);
  for (let i = 2; i * i < sieve.length; i++) {
    if (sieve[i] === 0) for (let j = i * i; j < sieve.length; j += i) sieve[j] = 1;
  }
  const expected: number[] = [];
  for (let i = sieve.length - 1; expected.length < 400; i--) if (sieve[i] === 0) expected.push(i);
  const sequence = primes();
  assert.deepEqual(
    expected.map(() => sequence.next().value),
    expected,
  );
});

test('residues and inverses', () => {
  const random = new Random(1);
  const prime = primes().next().value;
  for (let i = 0; i < 2000; i++) {
    const x = (random.uniform() - 0.5) * 2 ** (1 + random.integer(53));
    const whole = Math.trunc(x);
    for (const value of [whole, whole - (whole % prime), i - 1000, Math.trunc(prime / 2) + (i % 3)]) {
      const found = residue(value, prime);
      assert.equal(BigInt(value - found) % BigInt(prime), 0n);
      assert.ok(Math.abs(found) <= prime / 2 + 1);
      assert.equal(found === 0, BigInt(value) % BigInt(prime) === 0n);
      assert.ok(!Object.is(found, -0) || Object.is(value, -0));
      if (found !== 0) {
        assert.equal((BigInt(inverse(value, prime)) * BigInt(value) - 1n) % BigInt(prime), 0n);
      }
    }
  }
});

test('integers come back from their residues', () => {
  const random = new Random(2);
  const sequence = primes();
  const all = Array.from({ length: 16 }, () => sequence.next().value);
  for (const count of [1, 2, 3, 7, 16]) {
    const used = all.slice(0, count);
    const remainder = new ChineseRemainder(used);
    assert.equal(
      remainder.modulus,
      used.map(BigInt).reduce((product, prime) => product * prime, 1n),
    );
    const half = remainder.modulus / 2n;
    const samples = [0n, 1n, -1n, half, -half];
    for (let i = 0; i < 200; i++) {
      let x = 0n;
      for (let k = 0; k < 12; k++) x = x * 2n ** 32n + BigInt(random.uint32());
      x = (x >> BigInt(random.integer(384))) % half;
      samples.push(x, -x);
    }
    for (const x of samples) {
      const residues = Float64Array.from(used, (prime) => residue(Number(x % BigInt(prime)), prime));
      assert.equal(remainder.liftExact(residues), x);
      const lifted = remainder.lift(residues);
      const magnitude = x < 0n ? -x : x;
      if (magnitude < 2n ** 53n) assert.equal(lifted, Number(x));
      else assert.ok(Math.abs(lifted / Number(x) - 1) < 2 ** -40);
    }
  }
});
