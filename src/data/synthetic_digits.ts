import type { Dataset, Split } from './dataset.js';
export function openSyntheticDigits(_seed: string | undefined, _split: Split): Dataset {
  throw new Error('todo');
}
