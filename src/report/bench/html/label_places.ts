/** In pixels, y downwards. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A point that may be named. */
export interface Named {
  readonly x: number;
  readonly y: number;
  /** Ends of its interval. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Where the name of a point stands, and how far it is moved up or down from there. */
export interface LabelPlace {
  readonly side: 'left' | 'right' | 'top' | 'bottom';
  readonly shift: number;
}

/** Estimated, since no font is known. */
const characterWidth = 6.8;
const lineHeight = 13;
/** From the centre of a point to its name. */
const gap = 10;

/**
 * Places for the names of points, the first ones first: within the area, on no point, no other name and none of the
 * `taken` boxes, and across as few intervals as possible; null where there is no such place.
 * @param points all of them; the first `count` are named
 */
export function labelPlaces(
  points: readonly Named[],
  count: number,
  area: Box,
  taken: readonly Box[],
): (LabelPlace | null)[] {
  const marks = points.map(({ x, y }) => around(x, y, 6, 6));
  const intervals = points.map(({ x, from, to }) => ({
    left: x - 3,
    right: x + 3,
    top: Math.min(from, to),
    bottom: Math.max(from, to),
  }));
  const names = [...taken];
  return points.slice(0, count).map((point) => {
    let best: { place: LabelPlace; box: Box; crossed: number } | null = null;
    for (const { place, box } of candidates(point)) {
      if (!holds(area, box) || [...marks, ...names].some((other) => touch(box, other))) continue;
      const crossed = intervals.filter((other) => touch(box, other)).length;
      if (best === null || crossed < best.crossed) best = { place, box, crossed };
    }
    if (best === null) return null;
    names.push(best.box);
    return best.place;
  });
}

/** The better ones first. */
function candidates({ x, y, from, to, text }: Named): { place: LabelPlace; box: Box }[] {
  const width = characterWidth * [...text].length;
  const beside = (side: 'left' | 'right', shift: number) => {
    const middle = side === 'right' ? x + gap + width / 2 : x - gap - width / 2;
    return { place: { side, shift }, box: around(middle, y + shift, width / 2, lineHeight / 2) };
  };
  // Beyond the end of the interval.
  const above = Math.min(0, Math.min(from, to) - y + gap / 2);
  const below = Math.max(0, Math.max(from, to) - y - gap / 2);
  const beyond = (side: 'top' | 'bottom', shift: number) => {
    const middle = y + shift + (side === 'top' ? -1 : 1) * (gap + lineHeight / 2);
    return { place: { side, shift }, box: around(x, middle, width / 2, lineHeight / 2) };
  };
  return [
    beside('right', -9),
    beside('left', -9),
    beside('right', 9),
    beside('left', 9),
    beyond('top', above),
    beyond('bottom', below),
  ];
}

/** The box that reaches so far to both sides of a place. */
export function around(x: number, y: number, across: number, upwards: number): Box {
  return { left: x - across, right: x + across, top: y - upwards, bottom: y + upwards };
}

function touch(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function holds(area: Box, box: Box): boolean {
  return box.left >= area.left && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom;
}
