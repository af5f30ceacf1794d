import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Box, labelPlaces, type Named } from '../../../../src/report/bench/html/label_places.js';
import { Random } from '../../../../src/util/random.js';

const area: Box = { left: 50, right: 500, top: 0, bottom: 300 };

function points(random: Random, count: number): Named[] {
  return Array.from({ length: count }, (_, i) => {
    const x = 50 + 450 * random.uniform();
    const y = 20 + 280 * random.uniform() ** 2;
    return { x, y, from: y + 15 * random.uniform(), to: y - 15 * random.uniform(), text: `multiplier${i}` };
  });
}

/** Where a name of so many characters stands, with room for a font that is narrower than estimated. */
function boxOf({ x, y, text }: Named, place: { side: string; shift: number }): Box {
  const width = 6 * text.length;
  const middle = place.side === 'right' ? x + 10 + width / 2 : place.side === 'left' ? x - 10 - width / 2 : x;
  const line = y + place.shift + (place.side === 'top' ? -16 : place.side === 'bottom' ? 16 : 0);
  return { left: middle - width / 2, right: middle + width / 2, top: line - 5, bottom: line + 5 };
}

const apart = (a: Box, b: Box) =>
  a.left >= b.right || b.left >= a.right || a.top >= b.bottom || b.top >= a.bottom;

describe('names of points', () => {
  test('lie in the area, on no point, no other name and nothing that was there before', () => {
    const random = new Random(1);
    let placed = 0;
    for (let run = 0; run < 100; run++) {
      const all = points(random, 1 + random.integer(30));
      const taken = [{ left: 50, right: 140, top: 0, bottom: 40 }];
      const places = labelPlaces(all, all.length, area, taken);
      const boxes = places.flatMap((place, i) => (place === null ? [] : [boxOf(all[i]!, place)]));
      placed += boxes.length;
      boxes.forEach((box, i) => {
        assert.ok(box.left >= area.left && box.right <= area.right);
        assert.ok(box.top >= area.top && box.bottom <= area.bottom);
        for (const other of [...taken, ...boxes.slice(i + 1)]) assert.ok(apart(box, other));
        for (const { x, y } of all) {
          assert.ok(apart(box, { left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
        }
      });
    }
    assert.ok(placed > 500, `${placed}`);
  });

  test('the first point is named first, and no more than asked for', () => {
    const same = { x: 250, y: 150, from: 150, to: 150 };
    const crowd = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => ({ ...same, text: `name${i}` }));
    const places = labelPlaces(crowd, 8, area, []);
    assert.deepEqual(places[0], { side: 'right', shift: -9 });
    assert.equal(places.at(-1), null);
    assert.equal(labelPlaces(crowd, 3, area, []).length, 3);
  });

  test('a point at the right edge is named on its left', () => {
    const [place] = labelPlaces([{ x: 495, y: 150, from: 150, to: 150, text: 'exact' }], 1, area, []);
    assert.equal(place!.side, 'left');
  });

  test('intervals of neighbours are avoided where there is another place', () => {
    const neighbour = { x: 280, y: 150, from: 100, to: 200, text: 'b' };
    const [place] = labelPlaces([{ x: 250, y: 150, from: 150, to: 150, text: 'a' }, neighbour], 1, area, []);
    assert.equal(place!.side, 'right');
    const [moved] = labelPlaces(
      [{ x: 250, y: 150, from: 150, to: 150, text: 'a long name' }, neighbour],
      1,
      area,
      [],
    );
    assert.equal(moved!.side, 'left');
  });
});
