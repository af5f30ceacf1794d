import type { Random } from '../util/random.js';
import { digitStyles, type Point, type Stroke } from './digit_strokes.js';

/*
 * Draws one distorted digit. Only + − × ÷ and Math.sqrt are used on floats: IEEE 754 fixes their results, so the
 * same seed gives the same bytes on every machine.
 */

export const digitSide = 28;
/** Straight pieces per point of a curve. */
const piecesPerSpan = 4;

type Transform = (point: Point) => Point;

/** Draws `digit` (0 … 9) with distortions from `random`; returns 28×28 grey levels, ink bright on dark ground. */
export function renderDigit(digit: number, random: Random): Uint8Array {
  const styles = digitStyles[digit]!;
  const strokes = styles[random.integer(styles.length)]!;
  const transform = randomTransform(random);
  const image = new Float32Array(digitSide * digitSide);
  const radius = random.between(0.55, 1.75);
  for (const stroke of strokes) {
    const wobbled = stroke.points.map(
      ([x, y]): Point => [x + 0.026 * spread(random), y + 0.026 * spread(random)],
    );
    drawPath(image, flatten({ ...stroke, points: wobbled }).map(transform), radius);
  }
  if (random.uniform() < 0.35) drawDistraction(image, random);
  if (random.uniform() < 0.25) occlude(image, random);
  const blurred = random.uniform() < 0.3 ? blur(image) : image;
  return develop(blurred, random);
}

/** From about the triangular distribution over (−2, 2), variance 2/3: cheaper than a normal. */
function spread(random: Random): number {
  return 2 * (random.uniform() + random.uniform() - 1);
}

/** Unit square to pixels: bend, shear, unequal scale, rotation by up to about 23°, shift. */
function randomTransform(random: Random): Transform {
  // Rotation without sin and cos: t is the tangent of half the angle.
  const t = random.between(-0.2, 0.2);
  const cos = (1 - t * t) / (1 + t * t);
  const sin = (2 * t) / (1 + t * t);
  const shear = random.between(-0.3, 0.3);
  const bend = random.between(-0.3, 0.3);
  const width = random.between(13, 23);
  const height = random.between(15, 24);
  const centreX = digitSide / 2 + random.between(-3, 3);
  const centreY = digitSide / 2 + random.between(-3, 3);
  return ([unitX, unitY]) => {
    const y = unitY - 0.5;
    const x = unitX - 0.5 + shear * y + bend * (y * y - 0.08);
    const scaledX = x * width;
    const scaledY = y * height;
    return [centreX + scaledX * cos - scaledY * sin, centreY + scaledX * sin + scaledY * cos];
  };
}

/** The stroke as a chain of straight pieces. */
function flatten({ form, points }: Stroke): Point[] {
  if (form === 'line') return [...points];
  const path: Point[] = [points[0]!];
  for (let i = 0; i + 1 < points.length; i++) {
    const p1 = points[i]!;
    const p2 = points[i + 1]!;
    const p0 = points[i - 1] ?? p1;
    const p3 = points[i + 2] ?? p2;
    for (let piece = 1; piece <= piecesPerSpan; piece++) {
      const t = piece / piecesPerSpan;
      path.push([catmullRom(p0[0], p1[0], p2[0], p3[0], t), catmullRom(p0[1], p1[1], p2[1], p3[1], t)]);
    }
  }
  return path;
}

/** Catmull and Rom (1974): the cubic from b (t = 0) to c (t = 1) with slopes (c − a)/2 and (d − b)/2. */
function catmullRom(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/** Adds a chain of round-ended pieces of the given radius (pixels), with one pixel of soft edge. */
function drawPath(image: Float32Array, path: readonly Point[], radius: number): void {
  const reach = radius + 0.5;
  for (let i = 0; i + 1 < path.length; i++) {
    const [ax, ay] = path[i]!;
    const [bx, by] = path[i + 1]!;
    const dx = bx - ax;
    const dy = by - ay;
    const squared = dx * dx + dy * dy;
    const left = Math.max(0, Math.ceil(Math.min(ax, bx) - reach));
    const right = Math.min(digitSide - 1, Math.floor(Math.max(ax, bx) + reach));
    const top = Math.max(0, Math.ceil(Math.min(ay, by) - reach));
    const bottom = Math.min(digitSide - 1, Math.floor(Math.max(ay, by) + reach));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const along = squared > 0 ? clamp(((x - ax) * dx + (y - ay) * dy) / squared, 0, 1) : 0;
        const offX = x - ax - along * dx;
        const offY = y - ay - along * dy;
        const cover = clamp(reach - Math.sqrt(offX * offX + offY * offY), 0, 1);
        const at = y * digitSide + x;
        if (cover > image[at]!) image[at] = cover;
      }
    }
  }
}

/** A short thin line that belongs to no digit. */
function drawDistraction(image: Float32Array, random: Random): void {
  const from: Point = [random.between(0, digitSide), random.between(0, digitSide)];
  const to: Point = [from[0] + random.between(-8, 8), from[1] + random.between(-8, 8)];
  drawPath(image, [from, to], random.between(0.2, 0.8));
}

/** Wipes out a bar of two or three rows or columns. */
function occlude(image: Float32Array, random: Random): void {
  const thickness = 2 + random.integer(2);
  const first = 6 + random.integer(digitSide - 12 - thickness);
  const rows = random.uniform() < 0.5;
  for (let i = 0; i < digitSide; i++) {
    for (let j = first; j < first + thickness; j++) image[rows ? j * digitSide + i : i * digitSide + j] = 0;
  }
}

/** A 3×3 binomial filter; the border stays. */
function blur(image: Float32Array): Float32Array {
  const result = image.slice();
  for (let y = 1; y < digitSide - 1; y++) {
    for (let x = 1; x < digitSide - 1; x++) {
      const at = y * digitSide + x;
      let sum = 4 * image[at]!;
      sum += 2 * (image[at - 1]! + image[at + 1]! + image[at - digitSide]! + image[at + digitSide]!);
      sum += image[at - digitSide - 1]! + image[at - digitSide + 1]!;
      sum += image[at + digitSide - 1]! + image[at + digitSide + 1]!;
      result[at] = sum / 16;
    }
  }
  return result;
}

/** Cover (0 … 1) to grey levels: ink and ground of random brightness, the ground sloping, and noise. */
function develop(image: Float32Array, random: Random): Uint8Array {
  const ground = random.between(0, 70);
  const slopeX = random.between(-1.2, 1.2);
  const slopeY = random.between(-1.2, 1.2);
  const contrast = random.between(70, 180);
  const noise = random.between(5, 36);
  const result = new Uint8Array(image.length);
  for (let y = 0; y < digitSide; y++) {
    for (let x = 0; x < digitSide; x++) {
      const at = y * digitSide + x;
      const light = ground + slopeX * (x - digitSide / 2) + slopeY * (y - digitSide / 2);
      result[at] = Math.floor(clamp(light + contrast * image[at]! + noise * spread(random) + 0.5, 0, 255));
    }
  }
  return result;
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}
