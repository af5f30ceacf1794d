/** The shortest decimal number that is read as the same float32, also in C; −0 keeps its sign. */
export function shortestDecimal(value: number): string {
  // In C, -0 is an integer without a sign.
  if (Object.is(value, -0)) return '-0.0';
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
}
