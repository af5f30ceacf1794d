import { difference } from '../multiplier/gradient/difference.js';
import type { GradientTables } from '../multiplier/gradient/gradient_tables.js';
import { lre, ste } from '../multiplier/gradient/linear.js';
import { loadGradientTables } from '../multiplier/gradient/load.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import { UserError } from '../util/errors.js';
import type { GradientSettings } from './settings.js';

/** The derivatives that training takes for a multiplier's. @throws UserError where files of tables are no such */
export async function gradientsOf(
  multiplier: Multiplier,
  settings: GradientSettings,
): Promise<GradientTables> {
  const { estimator, window, activationTable, weightTable } = settings;
  switch (estimator) {
    case 'ste':
      return ste(multiplier);
    case 'lre':
      return lre(multiplier);
    case 'difference':
      return difference(multiplier, window);
    case 'table':
      if (activationTable === undefined || weightTable === undefined) {
        throw new UserError('--gradient table: needs --gradient-activation FILE and --gradient-weight FILE');
      }
      return loadGradientTables(multiplier, activationTable, weightTable);
  }
}
