/** Numbers as people read them in the text reports. */

/** `digits` decimals with a true minus sign; '–' for null, '∞' for infinities. */
export function fixed(value: number | null, digits: number): string {
  if (value === null || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A fraction in percent, without the sign: 0.9727 → '97.27'. */
export function percent(fraction: number | null, digits = 2): string {
  return fixed(fraction === null ? null : fraction * 100, digits);
}

/** `percent` with its sign, unless it prints as 0: a change in points. */
export function signedPercent(fraction: number, digits = 2): string {
  const text = percent(fraction, digits);
  return fraction > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** An interval of fractions in percent: 91.18–92.22. */
export function percentInterval([low, high]: readonly [number, number]): string {
  return `${percent(low)}–${percent(high)}`;
}

/** An interval that may reach below 0: −0.10…0.35. */
export function spanning([low, high]: readonly [number, number], digits = 2): string {
  return `${fixed(low, digits)}…${fixed(high, digits)}`;
}

/** A signal-to-noise ratio in dB; '∞': no noise, '–': not measured. */
export function decibels(ratio: number | 'inf' | null): string {
  return ratio === 'inf' ? '∞' : fixed(ratio, 1);
}

/** An integer with thousands separated: 10,000. */
export function count(value: number): string {
  return fixed(value, 0).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `count` and a noun in the singular or plural. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** Three significant digits; large and tiny values as 1.23e+7. */
export function significant(value: number): string {
  if (!Number.isFinite(value) || value === 0) return fixed(value, 0);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e7 || magnitude < 1e-3) return value.toExponential(2).replace(/^-/, '−');
  return fixed(value, Math.max(0, 2 - Math.floor(Math.log10(magnitude))));
}

/** A whole number with thousands separated; from ten millions on as 1.23e+7. */
export function whole(value: number): string {
  return Math.abs(value) >= 1e7 ? significant(value) : count(value);
}

/** `significant` with a sign in front, unless the value is 0. */
export function signed(value: number): string {
  return value > 0 ? `+${significant(value)}` : significant(value);
}

/** Of 1000⁰, 1000¹ … */
export const metricPrefixes: readonly string[] = ['', ' k', ' M', ' G', ' T', ' P'];

/** With a metric prefix, three significant digits: 40812544 → '40.8 M'. */
export function metric(value: number): string {
  let scaled = value;
  let index = 0;
  // 999.5 would print as 1000.
  while (Math.abs(scaled) >= 999.5 && index < metricPrefixes.length - 1) {
    scaled /= 1000;
    index += 1;
  }
  const digits =
    index === 0 && Number.isInteger(value)
      ? 0
      : Math.abs(scaled) < 9.995
        ? 2
        : Math.abs(scaled) < 99.95
          ? 1
          : 0;
  return `${fixed(scaled, digits)}${metricPrefixes[index]}`;
}

/** Items per second: whole where that is precise enough. */
export function rate(value: number): string {
  return value >= 100 ? count(value) : significant(value);
}

/** 0.42 s, 12.3 s, 4 min 05 s, 2 h 13 min. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${fixed(seconds, 2)} s`;
  if (seconds < 59.95) return `${fixed(seconds, 1)} s`;
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** 16×32×32, or 'scalar' for no dimension. */
export function dimensions(shape: readonly (number | string)[]): string {
  return shape.length === 0 ? 'scalar' : shape.map((size) => (size === '' ? '?' : size)).join('×');
}
