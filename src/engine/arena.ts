/** Bytes to which every tensor of the arena is aligned: a cache line, and the widest vector load. */
export const ARENA_ALIGNMENT = 64;

/** A block of memory that is needed from op `first` to op `last`, both included. */
export interface Lifetime {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/**
 * Places blocks so that those alive at the same time do not overlap: largest first, each at the lowest
 * offset that is free during its whole life ("greedy by size", Pisarchyk and Lee, arXiv:2001.03288).
 * @returns offsets in bytes, in the order of `blocks`, and the size of the arena
 */
export function planArena(blocks: readonly Lifetime[]): { offsets: number[]; bytes: number } {
  const order = blocks.map((_, index) => index).sort((a, b) => blocks[b].bytes - blocks[a].bytes || a - b);
  const offsets = new Array<number>(blocks.length).fill(0);
  const placed: number[] = []; // by ascending offset
  let bytes = 0;
  for (const index of order) {
    const block = blocks[index];
    let offset = 0;
    for (const other of placed) {
      const apart = blocks[other].last < block.first || blocks[other].first > block.last;
      if (apart) continue;
      if (offsets[other] - offset >= block.bytes) break;
      offset = Math.max(offset, align(offsets[other] + blocks[other].bytes));
    }
    offsets[index] = offset;
    bytes = Math.max(bytes, align(offset + block.bytes));
    const position = placed.findIndex((other) => offsets[other] > offset);
    placed.splice(position === -1 ? placed.length : position, 0, index);
  }
  return { offsets, bytes };
}

function align(bytes: number): number {
  return Math.ceil(bytes / ARENA_ALIGNMENT) * ARENA_ALIGNMENT;
}
