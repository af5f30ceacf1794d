/** Errors by one operand, averaged over the other; index = operand − least operand, values in units of the product. */
export interface ErrorProfile {
  readonly mean: Float64Array;
  readonly meanAbsolute: Float64Array;
}

/** Profiles of signed errors (see `errorTable`, size × size) along both axes of the table. */
export function errorProfiles(errors: Float64Array): {
  readonly activation: ErrorProfile;
  readonly weight: ErrorProfile;
} {
  const size = Math.sqrt(errors.length);
  const profile = () => ({ mean: new Float64Array(size), meanAbsolute: new Float64Array(size) });
  const activation = profile();
  const weight = profile();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const error = errors[i * size + j]!;
      activation.mean[i]! += error / size;
      activation.meanAbsolute[i]! += Math.abs(error) / size;
      weight.mean[j]! += error / size;
      weight.meanAbsolute[j]! += Math.abs(error) / size;
    }
  }
  return { activation, weight };
}
