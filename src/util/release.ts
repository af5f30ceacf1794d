/** Something with memory of its own. */
export interface Releasable {
  release(): Promise<void>;
}

/** Does work with something that was opened for it, and releases that where the work fails. */
export async function orRelease<Opened extends Releasable, Result>(
  opened: Opened,
  work: (opened: Opened) => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work(opened);
  } catch (error) {
    await opened.release();
    throw error;
  }
}

/** Several of them. */
export class Opened implements Releasable {
  readonly #all: Releasable[] = [];

  async keep<T extends Releasable>(opening: T | Promise<T>): Promise<T> {
    const one = await opening;
    this.#all.push(one);
    return one;
  }

  async release(): Promise<void> {
    for (const one of this.#all.splice(0)) await one.release();
  }
}
