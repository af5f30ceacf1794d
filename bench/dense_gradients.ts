import { existsSync } from 'node:fs';
import { packagePath } from '../src/util/paths.js';
import { inProcess } from './measure.js';

/** Batch, outputs and inputs of dense layers. */
const LAYERS = [
  [128, 10, 64],
  [128, 120, 400],
  [128, 512, 4608],
  [128, 1000, 2048],
  [1024, 1024, 1024],
] as const;

/** The gradients of dense layers against those of an addon that was built with a BLAS. */
export async function benchDenseGradients(): Promise<void> {
  const blas = packagePath('build-blas', 'Release', 'approxtorch.node');
  if (!existsSync(blas)) {
    const build = 'npx cmake-js compile --out build-blas --CDAPPROXTORCH_BLAS=ON';
    process.stdout.write(`  skipped: there is no addon with a BLAS to compare with; make it by: ${build}\n`);
    return;
  }
  for (const layer of LAYERS) {
    for (const threads of [1, 2]) {
      const times = (environment: NodeJS.ProcessEnv) =>
        inProcess<[number, number]>(
          './dense_gradients_worker.js',
          [...layer, threads].map(String),
          environment,
        );
      const own = times({});
      const other = times({ APPROXTORCH_ADDON: blas });
      const figures = ['by inputs', 'by weights'].map((name, i) => {
        const speed = (other[i] as number) / (own[i] as number);
        return `${name} ${((own[i] as number) * 1e3).toFixed(3)} ms, ${speed.toFixed(2)} × the speed of the BLAS`;
      });
      process.stdout.write(
        `  batch ${layer.join(' × ')}, ${threads} thread${threads > 1 ? 's' : ''}: ${figures.join('; ')}\n`,
      );
    }
  }
}
