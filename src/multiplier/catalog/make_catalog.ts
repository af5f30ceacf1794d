import type { Multiplier } from '../multiplier.js';
import type { CatalogFile, KnownMultiplier } from './catalog.js';

/** An entry of EvoApproxLib's figures, as its C files print them. */
export interface EvoApproxFigures {
  readonly signed: boolean;
  readonly mae: number;
  readonly wce: number;
  readonly ep_percent: number;
  readonly mre_percent: number;
  readonly mse: number;
  readonly wcre_percent: number;
  readonly power_mw: number;
  readonly area_um2: number;
  readonly delay_ns: number;
  readonly c_parameters: readonly string[];
}

const LIBRARY = 'EvoApproxLib';
const RELEASE = 'master d321f7f';
const SOURCE =
  'V. Mrazek, R. Hrbacek, Z. Vasicek, L. Sekanina, "EvoApprox8b: Library of Approximate Adders and Multipliers", DATE 2017; figures as stated in the C files';

/**
 * The catalog of EvoApproxLib's 8×8 multipliers.
 * @param figures by name, as the library states them
 * @param tables those that are at hand, by name
 * @param own tables that ship with approxtorch
 */
export function makeCatalog(
  figures: Readonly<Record<string, EvoApproxFigures>>,
  tables: ReadonlyMap<string, Multiplier>,
  own: readonly Multiplier[],
): CatalogFile {
  const published = Object.entries(figures)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, stated]): KnownMultiplier => {
      const type = stated.signed ? 'int8' : 'uint8';
      return {
        sha256: tables.get(name)?.sha256 ?? null,
        activation: type,
        weight: type,
        bits: 8,
        names: [
          { library: LIBRARY, release: RELEASE, name },
          // Its tables of unsigned multipliers, as far as they are at hand, came from there.
          ...(stated.signed || !tables.has(name)
            ? []
            : [{ library: 'tf-approximate', release: 'axmul_8x8', name }]),
        ],
        operands: ['A', 'B'],
        cParameters: stated.c_parameters,
        figures: {
          mae: stated.mae,
          wce: stated.wce,
          epPercent: stated.ep_percent,
          mrePercent: stated.mre_percent,
          mse: stated.mse,
          wcrePercent: stated.wcre_percent,
        },
        cost: {
          powerMilliwatt: stated.power_mw,
          areaSquareMicrometre: stated.area_um2,
          delayNanosecond: stated.delay_ns,
          technology: '45 nm',
        },
        source: SOURCE,
        licence: 'MIT',
      };
    });
  const known = new Set(published.map(({ sha256 }) => sha256));
  const shipped = own
    .filter(({ sha256 }) => !known.has(sha256))
    .map(
      ({ name, sha256, activation, weight, bits }): KnownMultiplier => ({
        sha256,
        activation,
        weight,
        bits,
        names: [{ library: 'approxtorch', release: 'luts/', name }],
        operands: ['A', 'B'],
        cParameters: null,
        figures: null,
        cost: null,
        source: 'luts/README.md',
        licence: 'MIT',
      }),
    );
  return { schemaVersion: 1, multipliers: [...published, ...shipped] };
}
