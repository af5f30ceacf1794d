/**
 * One JSON document, with a newline at the end. Infinities become 'inf' and '-inf', NaN null, because JSON has
 * no numbers for them.
 */
export function renderJson(report: object): string {
  return `${JSON.stringify(report, jsonValue, 2)}\n`;
}

function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return null;
  return value > 0 ? 'inf' : '-inf';
}
