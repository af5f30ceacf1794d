import type { Random } from '../../src/util/random.js';

/** A copy of `bytes` with one to four random faults: flipped bits, extreme bytes, cuts, insertions, repeats. */
export function mutate(bytes: Uint8Array, random: Random, window = bytes.length): Uint8Array {
  let result = Buffer.from(bytes);
  for (let faults = 1 + random.integer(4); faults > 0 && result.length > 0; faults--) {
    const at = random.integer(Math.min(window, result.length));
    const length = 1 + random.integer(8);
    switch (random.integer(6)) {
      case 0:
        result[at]! ^= 1 << random.integer(8);
        break;
      case 1:
        result.fill([0, 0x7f, 0x80, 0xff][random.integer(4)]!, at, Math.min(at + length, result.length));
        break;
      case 2:
        result = result.subarray(0, at);
        break;
      case 3:
        result = Buffer.concat([result.subarray(0, at), result.subarray(at + length)]);
        break;
      case 4:
        result = Buffer.concat([
          result.subarray(0, at),
          Buffer.from(Array.from({ length }, () => random.integer(256))),
          result.subarray(at),
        ]);
        break;
      default:
        result = Buffer.concat([result.subarray(0, at + length), result.subarray(at)]);
    }
  }
  return new Uint8Array(result);
}
