import { type Grid, SECOND_STRIDE } from '../grid.js';
import type { CMultiplier } from './find.js';

/** int64 numbers at the beginning of the results. */
export const HEADER = {
  /** Width in bits, whether it is signed, whether it is an integer: of both parameters as declared, and of the result. */
  types: 0,
  /** What is being done, see VISIT. */
  visit: 9,
  /** The pair that is being computed. */
  pair: 10,
  length: 11,
} as const;

export const VISIT = { none: 0, first: 1, second: 2, done: 3, differs: 4 } as const;

/** Stands for `main` of a user's source: the harness has its own. */
export const USER_MAIN = 'approxtorch_main';

/**
 * A translation unit around the user's source, so that also a static function can be called and the compiler says what
 * its types are. Nothing is included before the source, and what follows uses no macro that it might define. The
 * declaration makes the compiler emit a function that is `inline` alone.
 * @param swapped whether the weight is declared first
 */
export function functionUnit({ name, operands, source }: CMultiplier, swapped: boolean): string {
  return `#define main ${USER_MAIN}
#include "${source.link}"
#undef main
extern __typeof__(${name}) ${name};
typedef ${operands[0].type} approxtorch_first;
typedef ${operands[1].type} approxtorch_second;
typedef __typeof__(${name}((approxtorch_first)0, (approxtorch_second)0)) approxtorch_result;
#define APPROXTORCH_TYPE(T) 8 * sizeof(T), (T)-1 < (T)1, (T)0.5 == 0
const long long approxtorch_types[9] = {
  APPROXTORCH_TYPE(approxtorch_first), APPROXTORCH_TYPE(approxtorch_second), APPROXTORCH_TYPE(approxtorch_result)
};
long long approxtorch_call(long long activation, long long weight) {
  return (long long)${name}(${
    swapped
      ? '(approxtorch_first)weight, (approxtorch_second)activation'
      : '(approxtorch_first)activation, (approxtorch_second)weight'
  });
}
`;
}

/**
 * The program that visits all pairs of the grid, then all of them again in another order, for the sake of functions
 * with a memory. Results go into a mapped file: what is there survives a crash, and the function may print what it
 * likes. The limit on CPU time ends a program whose parent was killed.
 */
export function mainUnit({ first, size }: Grid, results: string, seconds: number): string {
  return `#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SIZE = ${size}, PAIRS = SIZE * SIZE };

struct results {
  long long types[9];
  volatile long long visit;
  volatile long long pair;
  long long values[PAIRS];
};

extern const long long approxtorch_types[9];
long long approxtorch_call(long long activation, long long weight);

static long long compute(struct results *results, long long pair) {
  results->pair = pair;
  return approxtorch_call(pair / SIZE + (${first}), pair % SIZE + (${first}));
}

int main(void) {
  const struct rlimit no_core = {0, 0}, time = {${seconds}, ${seconds}};
  setrlimit(RLIMIT_CORE, &no_core);
  setrlimit(RLIMIT_CPU, &time);
  int file = open("${results}", O_RDWR | O_CREAT, 0600);
  if (file < 0 || ftruncate(file, sizeof(struct results)) != 0) return 1;
  struct results *results = mmap(0, sizeof(struct results), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (results == MAP_FAILED) return 1;
  for (int i = 0; i < 9; i++) results->types[i] = approxtorch_types[i];
  results->visit = ${VISIT.first};
  for (long long pair = 0; pair < PAIRS; pair++) results->values[pair] = compute(results, pair);
  results->visit = ${VISIT.second};
  for (long long k = 0; k < PAIRS; k++) {
    long long pair = k * ${SECOND_STRIDE} % PAIRS;
    if (compute(results, pair) != results->values[pair]) {
      results->visit = ${VISIT.differs};
      return 0;
    }
  }
  results->visit = ${VISIT.done};
  return 0;
}
`;
}
