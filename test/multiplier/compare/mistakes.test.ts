import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classicMistakes } from '../../../src/multiplier/compare/mistakes.js';
import { createMultiplier, exactMultiplier } from '../../../src/multiplier/create.js';
import { generateMultiplier } from '../../../src/multiplier/generate/generate.js';
import { firstOperand, type Multiplier } from '../../../src/multiplier/multiplier.js';
import { OPERAND_PAIRS, operandTypes } from '../../../src/multiplier/operand_pair.js';
import { Random } from '../../../src/util/random.js';
import { needs } from '../../support/shared.js';
import { randomMultiplier } from '../random_tables.js';
import { lutsFolder, realTables, transpose } from '../tables.js';

type Entry = (a: number, w: number, value: number) => number;

/** The table with each entry changed. */
function changed(multiplier: Multiplier, change: Entry): Multiplier {
  const { activation, weight, bits, table } = multiplier;
  const size = 2 ** bits;
  const a0 = firstOperand(activation, bits);
  const w0 = firstOperand(weight, bits);
  const values = table.map((value, at) => change(a0 + Math.floor(at / size), w0 + (at % size), value));
  return createMultiplier('changed', activation, weight, bits, values);
}

/** The table with its entries in other places. @param from row and column, counted from 0, that an entry comes from */
function moved(
  multiplier: Multiplier,
  from: (i: number, j: number, size: number) => [number, number],
): Multiplier {
  const size = 2 ** multiplier.bits;
  const a0 = firstOperand(multiplier.activation, multiplier.bits);
  const w0 = firstOperand(multiplier.weight, multiplier.bits);
  return changed(multiplier, (a, w) => {
    const [row, column] = from(a - a0, w - w0, size);
    return multiplier.table[row * size + column]!;
  });
}

const half = (i: number, size: number) => (i < size / 2 ? i + size / 2 : i - size / 2);
const after = (i: number, size: number) => (i + 1) % size;
const before = (i: number, size: number) => (i + size - 1) % size;

/** How the places of a table are confused, and what that is called. */
const moves: [RegExp, (i: number, j: number, size: number) => [number, number]][] = [
  [/^the second is transposed: activations and weights/, (i, j) => [j, i]],
  [/^its rows and columns are in two's-complement order/, (i, j, n) => [half(i, n), half(j, n)]],
  [/^its rows are in two's-complement order/, (i, j, n) => [half(i, n), j]],
  [/^its columns are in two's-complement order/, (i, j, n) => [i, half(j, n)]],
  [/^its rows and columns run backwards$/, (i, j, n) => [n - 1 - i, n - 1 - j]],
  [/^its rows run backwards$/, (i, j, n) => [n - 1 - i, j]],
  [/^its columns run backwards$/, (i, j, n) => [i, n - 1 - j]],
  [/^its rows and columns are shifted by one position$/, (i, j, n) => [after(i, n), after(j, n)]],
  [/^its rows are shifted by one position$/, (i, j, n) => [after(i, n), j]],
  [/^its columns are shifted by one position$/, (i, j, n) => [i, after(j, n)]],
  [/^its rows are shifted by one position, to the other side$/, (i, j, n) => [before(i, n), j]],
  [/^its columns are shifted by one position, to the other side$/, (i, j, n) => [i, before(j, n)]],
  [
    /^the second is transposed, and its rows and columns are in two's-complement/,
    (i, j, n) => [half(j, n), half(i, n)],
  ],
  [/^the second is transposed, and its rows and columns run backwards$/, (i, j, n) => [n - 1 - j, n - 1 - i]],
];

/** Only tables whose axes are of one type can be transposed and be compared entry by entry. */
const fitting = ({ activation, weight }: Multiplier) =>
  activation === weight ? moves : moves.filter(([name]) => !name.source.includes('transposed'));

function assertMovesFound(multiplier: Multiplier): void {
  for (const [name, from] of fitting(multiplier)) {
    const found = classicMistakes(multiplier, moved(multiplier, from));
    assert.equal(found.length, 1, `${multiplier.name}: ${name} found as ${found}`);
    assert.match(found[0]!, name);
  }
}

describe('entries in wrong places are recognised', () => {
  test('in random tables of all operands and widths', () => {
    for (const pair of OPERAND_PAIRS) {
      for (let bits = 2; bits <= 8; bits += bits < 5 ? 1 : 3)
        assertMovesFound(randomMultiplier(pair, bits, 'all of int32', bits));
    }
  });

  test('in real tables that are not symmetric', needs(lutsFolder), () => {
    const lopsided = realTables().filter(({ values }) =>
      transpose(values).some((value, i) => value !== values[i]),
    );
    assert.ok(lopsided.length >= 10, `${lopsided.length} tables`);
    for (const { name, type, values } of lopsided.slice(-6)) {
      assertMovesFound(createMultiplier(name, type, type, 8, values));
    }
  });

  test('in exact ones, where operands of both axes are confused', () => {
    const exact = exactMultiplier('int8', 'int8');
    for (const [name, from] of moves.slice(1, 7))
      assert.match(classicMistakes(exact, moved(exact, from))[0]!, name);
  });

  test('of operands of two types, which are exchanged', () => {
    for (const pair of ['int8xuint8', 'uint8xint8'] as const) {
      const { activation, weight, bits, table } = randomMultiplier(pair, 3, 'all of int32', 5);
      const first = createMultiplier('x', activation, weight, bits, table);
      const transposed = createMultiplier(
        'x',
        weight,
        activation,
        bits,
        table.map((_, at) => table[(at & 7) * 8 + (at >> 3)]!),
      );
      assert.match(
        classicMistakes(first, transposed)[0]!,
        /^the second is transposed: activations and weights/,
      );
      const other = createMultiplier('x', weight, activation, bits, table);
      assert.deepEqual(classicMistakes(first, other), []);
    }
  });
});

const signed: Record<string, Multiplier> = {
  exact: exactMultiplier('int8', 'int8'),
  drum: generateMultiplier('drum', {
    ...operandTypes('int8'),
    bits: 8,
    signMagnitude: true,
    parameters: { k: 4 },
  }),
  '4-bit mitchell': generateMultiplier('mitchell', {
    ...operandTypes('int8'),
    bits: 4,
    signMagnitude: true,
    parameters: {},
  }),
};

describe('wrong values are recognised', () => {
  for (const [name, table] of Object.entries(signed)) {
    const wrap = 4 ** table.bits;
    const least = firstOperand('int8', table.bits);
    const mistakes: [string, Entry, RegExp[]][] = [
      [
        'a sign lost everywhere',
        (_a, _w, value) => Math.abs(value),
        [
          /^products that differ have the opposite sign$/,
          /^the tables differ only where one operand is negative/,
        ],
      ],
      ['every sign turned', (_a, _w, value) => -value, [/opposite sign/]],
      ['the sign of one operand ignored', (a, _w, value) => (a < 0 ? -value : value), [/opposite sign/]],
      [
        'negative products unsigned',
        (_a, _w, value) => (value < 0 ? value + wrap : value),
        [
          /were taken as signed in one table and as unsigned in the other: they differ by \d+$/,
          /one operand is negative/,
        ],
      ],
      ['a constant added', (_a, _w, value) => value + 7, [/^the second has 7 added to every product$/]],
      ['a factor', (_a, _w, value) => 3 * value, [/^the second has every product multiplied by 3$/]],
      [
        'one row',
        (a, _w, value) => (a === 3 ? value + 1 : value),
        [/^the tables differ only in the row a = 3$/],
      ],
      [
        'one column',
        (_a, w, value) => (w === -1 ? 0 : value),
        [/^the tables differ only in the column w = -1$/],
      ],
      [
        'the most negative operand',
        (a, w, value) => (a === least || w === least ? 1 : value),
        [new RegExp(`^the tables differ only in products of the operand ${least}$`)],
      ],
      [
        'a quadrant of two negative operands',
        (a, w, value) => (a < 0 && w < 0 ? value + a : value),
        [/^the tables differ only in the quadrant a < 0, w < 0, nearly everywhere there$/],
      ],
      [
        'a quadrant',
        (a, w, value) => (a >= 0 && w < 0 ? 2 * value - 1 : value),
        [/^the tables differ only in the quadrant a ≥ 0, w < 0, nearly everywhere there$/],
      ],
      [
        'a part of a quadrant',
        (a, w, value) => (a < -1 && w >= 0 && w % 2 === 0 ? value - 1 : value),
        [/^the tables differ only in the quadrant a < 0, w ≥ 0$/],
      ],
      [
        'where an operand is negative',
        (a, w, value) => (a < 0 || w < 0 ? value + a * 2 + 1 : value),
        [/^the tables differ only where an operand is negative, nearly everywhere there$/],
      ],
    ];
    for (const [mistake, change, expected] of mistakes) {
      test(`${mistake}, ${name}`, () => {
        const found = classicMistakes(table, changed(table, change));
        for (const pattern of expected)
          assert.ok(
            found.some((text) => pattern.test(text)),
            `found ${JSON.stringify(found)}`,
          );
      });
    }
  }

  const wide = generateMultiplier('exact', {
    ...operandTypes('uint8'),
    bits: 8,
    signMagnitude: false,
    parameters: {},
  });
  const wider = changed(wide, (_a, _w, value) => 3 * value);

  test('unsigned products taken as signed, either way round', () => {
    const wrapped = changed(wide, (_a, _w, value) => (value << 16) >> 16);
    const name =
      /^16-bit products were taken as signed in one table and as unsigned in the other: they differ by 65536$/;
    assert.match(classicMistakes(wide, wrapped)[0]!, name);
    assert.match(classicMistakes(wrapped, wide)[0]!, name);
  });

  test('products cut to 16 bits, either way round', () => {
    for (const cut of [(value: number) => value & 0xffff, (value: number) => (value << 16) >> 16]) {
      const short = changed(wider, (_a, _w, value) => cut(value));
      for (const found of [classicMistakes(wider, short), classicMistakes(short, wider)]) {
        assert.deepEqual(found, ['products were cut to 16 bits: they differ by multiples of 65536']);
      }
    }
  });

  test('products limited to int16, either way round', () => {
    const limited = changed(wide, (_a, _w, value) => Math.min(32767, value));
    for (const found of [classicMistakes(wide, limited), classicMistakes(limited, wide)]) {
      assert.deepEqual(found, ['products were limited to int16: too large ones became 32767 or -32768']);
    }
  });

  test('a factor that makes products smaller, or loses them', () => {
    const halves = changed(wide, (_a, _w, value) => value * 2);
    assert.deepEqual(classicMistakes(halves, wide), ['the second has every product multiplied by 1/2']);
    assert.deepEqual(classicMistakes(wider, wide), ['the second has every product multiplied by 1/3']);
    assert.deepEqual(classicMistakes(wider, halves), ['the second has every product multiplied by 2/3']);
    assert.deepEqual(
      classicMistakes(
        wide,
        changed(wide, () => 0),
      ),
      ['the second has every product multiplied by 0'],
    );
    assert.deepEqual(
      classicMistakes(
        wide,
        changed(wide, (_a, _w, value) => -3 * value),
      ),
      ['the second has every product multiplied by -3'],
    );
  });
});

describe('no mistake is made up', () => {
  test('where tables are equal', () => {
    for (const table of Object.values(signed))
      assert.deepEqual(
        classicMistakes(
          table,
          changed(table, (_a, _w, value) => value),
        ),
        [],
      );
  });

  test('between unrelated tables', () => {
    for (const pair of OPERAND_PAIRS) {
      for (let bits = 2; bits <= 8; bits += 2) {
        for (const range of ['all of int32', 'unsigned 16 bits', 'signed 16 bits']) {
          const first = randomMultiplier(pair, bits, range, 1);
          assert.deepEqual(classicMistakes(first, randomMultiplier(pair, bits, range, 2)), []);
        }
      }
    }
  });

  test('between approximations of one product', () => {
    const types = operandTypes('uint8');
    const tables = [
      ['mitchell', {}],
      ['kulkarni', {}],
      ['drum', { k: 3 }],
      ['roba', {}],
      ['broken-array', { 'vertical-break': 6 }],
      ['perforated', { rows: 2 }],
      ['truncated', { 'dropped-bits': 3 }],
    ].map(([family, parameters]) =>
      generateMultiplier(family as string, {
        ...types,
        bits: 8,
        signMagnitude: false,
        parameters: parameters as Record<string, number>,
      }),
    );
    for (const first of tables)
      for (const second of tables) assert.deepEqual(classicMistakes(first, second), []);
  });

  test('where products differ by 65536 that are no 16-bit ones', () => {
    const first = changed(exactMultiplier('uint8', 'uint8', 4), (_a, _w, value) => value + 1_000_000);
    assert.deepEqual(
      classicMistakes(
        first,
        changed(first, (a, w, value) => ((a + w) % 3 === 0 ? value + 65536 : value)),
      ),
      [],
    );
    // 4-bit products that differ by 256, but not as 8-bit numbers with and without a sign do.
    const narrow = exactMultiplier('uint8', 'uint8', 4);
    assert.deepEqual(
      classicMistakes(
        narrow,
        changed(narrow, (a, w, value) => ((a + w) % 3 === 0 ? value + 256 : value)),
      ),
      [],
    );
  });

  test('where some products are taken as signed, others as unsigned', () => {
    const exact = exactMultiplier('int8', 'int8');
    const first = changed(exact, (a, w, value) => (value < 0 && (a + w) % 2 === 0 ? value + 65536 : value));
    const second = changed(exact, (a, w, value) => (value < 0 && (a + w) % 2 !== 0 ? value + 65536 : value));
    assert.ok(classicMistakes(first, second).every((text) => !/signed in one/.test(text)));
  });

  /** Whether what is said is so, by a recount. */
  function isTrue(statement: string, first: Multiplier, second: Multiplier): boolean {
    const size = 2 ** first.bits;
    const entries = [...first.table].flatMap((value, at) => {
      const a = firstOperand(first.activation, first.bits) + Math.floor(at / size);
      const w = firstOperand(first.weight, first.bits) + (at % size);
      return second.table[at] === value ? [] : [{ a, w, value, other: second.table[at]! }];
    });
    const [, number] = /(-?\d+)$/.exec(statement) ?? [];
    const stated = Number(number);
    const quadrant = /quadrant a (<|≥) 0, w (<|≥) 0/.exec(statement);
    return entries.every(({ a, w, value, other }) => {
      if (/opposite sign/.test(statement)) return other === -value;
      if (/signed in one table/.test(statement)) return Math.abs(other - value) === stated;
      if (/cut to 16 bits/.test(statement)) return (other - value) % 65536 === 0;
      if (/in the row a/.test(statement)) return a === stated;
      if (/in the column w/.test(statement)) return w === stated;
      if (/products of the operand/.test(statement)) return a === stated || w === stated;
      if (/where one operand is negative/.test(statement)) return a < 0 !== w < 0;
      if (/where an operand is negative/.test(statement)) return a < 0 || w < 0;
      return quadrant !== null && a < 0 === (quadrant[1] === '<') && w < 0 === (quadrant[2] === '<');
    });
  }

  test('where a few entries are changed at random: only true statements', () => {
    const random = new Random(31);
    let said = 0;
    for (let i = 0; i < 1500; i++) {
      const pair = OPERAND_PAIRS[i % 4]!;
      const { activation, weight } = operandTypes(pair);
      const first = exactMultiplier(activation, weight, 2 + random.integer(4));
      const table = first.table.slice();
      for (let count = 1 + random.integer(6); count > 0; count--)
        table[random.integer(table.length)]! += 1 + random.integer(1000);
      const second = createMultiplier('changed', activation, weight, first.bits, table);
      for (const statement of classicMistakes(first, second)) {
        assert.ok(isTrue(statement, first, second), `${statement}, ${pair}`);
        said++;
      }
    }
    assert.ok(said > 100, `${said} statements`);
  });
});
