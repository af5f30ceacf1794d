import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UserError } from '../util/errors.js';
import { writeAtomically } from '../util/files.js';
import { packageVersion } from '../util/version.js';

/** What decides a result, as plain values; paths and names have no place in it. */
export type Content = Readonly<Record<string, unknown>>;

/** SHA-256 of what decides a result. Results of another version of the program are other results. */
export function contentKey(content: Content): string {
  return createHash('sha256')
    .update(JSON.stringify({ approxtorch: packageVersion(), ...content }))
    .digest('hex');
}

/** What a file of the cache holds. */
interface Kept<Result> {
  readonly key: string;
  /** Of the result, which a damaged file does not have. */
  readonly sum: string;
  readonly result: Result;
}

function sumOf(result: object): string {
  return createHash('sha256').update(JSON.stringify(result)).digest('hex');
}

/**
 * Results by what decides them, a JSON file each: what was computed is not computed again, also after a run that was
 * killed. Files are written whole or not at all; one that is damaged counts as absent.
 */
export class ResultCache {
  readonly #folder: string | undefined;
  /** Those of this run: what entries share is computed once also where nothing is kept. */
  readonly #known = new Map<string, object>();

  /** @param folder undefined: nothing outlasts the run */
  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** @throws UserError where the folder cannot be made */
  static async open(folder: string | undefined): Promise<ResultCache> {
    if (folder !== undefined) {
      await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
        throw new UserError(
          `${folder}: cannot keep results there: ${messageOf(cause)}; name another --cache`,
          {
            cause,
          },
        );
      });
    }
    return new ResultCache(folder);
  }

  /** The result of that content, and whether it was kept before. */
  async get<Result extends object>(
    content: Content,
    compute: () => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly cached: boolean }> {
    const key = contentKey(content);
    const kept = (this.#known.get(key) as Result | undefined) ?? (await this.#read<Result>(key));
    if (kept !== undefined) {
      this.#known.set(key, kept);
      return { result: kept, cached: true };
    }
    const result = await compute();
    this.#known.set(key, result);
    if (this.#folder !== undefined) {
      const kept: Kept<Result> = { key, sum: sumOf(result), result };
      await writeAtomically(this.#path(key), JSON.stringify(kept));
    }
    return { result, cached: false };
  }

  async #read<Result extends object>(key: string): Promise<Result | undefined> {
    if (this.#folder === undefined) return undefined;
    try {
      const kept = JSON.parse(await readFile(this.#path(key), 'utf8')) as Kept<Result>;
      return kept.key === key && kept.sum === sumOf(kept.result) ? kept.result : undefined;
    } catch {
      return undefined;
    }
  }

  #path(key: string): string {
    return join(this.#folder!, `${key}.json`);
  }
}
