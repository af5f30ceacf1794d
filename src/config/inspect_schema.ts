import type { z } from 'zod';
import { OPERAND_PAIRS } from '../multiplier/operand_pair.js';
import { choice } from './fields.js';
import { evalSchema, file } from './schema.js';

/** Settings of `approxtorch inspect`. */
export const inspectSchema = evalSchema
  .pick({
    model: true,
    data: true,
    split: true,
    limit: true,
    preprocess: true,
    scale: true,
    mean: true,
    std: true,
    layout: true,
    resize: true,
    crop: true,
    qmethod: true,
    'activation-bits': true,
    'weight-bits': true,
    calibrator: true,
    calibrate: true,
    threads: true,
    format: true,
    output: true,
  })
  .extend({ types: choice(...OPERAND_PAIRS), histograms: file() })
  .partial();

export type GivenInspect = z.output<typeof inspectSchema>;
