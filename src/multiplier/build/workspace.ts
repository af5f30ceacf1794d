import { rmSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { EXIT, messageOf, UserError } from '../../util/errors.js';
import { type ChildEnd, type ChildOptions, fileSize, MAX_FILE_BYTES, runChild } from './child.js';

/** Begins the name of every file in a workspace, so that none hides a file that a source includes. */
const PREFIX = 'approxtorch_';
const LINK = new RegExp(String.raw`(?:\./)?${PREFIX}(?:source(\d+)\.\w+|folder(\d+)/)`, 'g');

/** A tool whose progress is watched may stand still for a tenth of the time allowed, and at least so many ms. */
const SHORTEST_STALL = 2000;

export interface Source {
  /** As the user named it. */
  readonly path: string;
  /** Name in the workspace. */
  readonly link: string;
  /** Name in the workspace of the folder that holds it. */
  readonly folder: string;
}

/**
 * A temporary folder in which tools work on a design. Tools see the user's files only under the names of links in it:
 * iverilog hands names to a shell, and an #include of C cannot spell every name. Tools run in it, so that the folder's
 * own name does not matter either.
 */
export class Workspace {
  readonly folder: string;
  readonly sources: readonly Source[];
  readonly #seconds: number;
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;

  private constructor(
    folder: string,
    sources: readonly Source[],
    seconds: number,
    signal: AbortSignal | undefined,
  ) {
    this.folder = folder;
    this.sources = sources;
    this.#seconds = seconds;
    this.#deadline = performance.now() + seconds * 1000;
    this.#signal = signal;
  }

  /**
   * Does `work` in a fresh workspace, which is removed after it whatever happens.
   * @param extension of the links, e.g. '.c'
   * @param seconds for all tools together
   */
  static async use<T>(
    paths: readonly string[],
    extension: string,
    { seconds, signal }: { readonly seconds: number; readonly signal?: AbortSignal | undefined },
    work: (workspace: Workspace) => Promise<T>,
  ): Promise<T> {
    const folder = await temporaryFolder();
    const removeNow = () => rmSync(folder, { recursive: true, force: true });
    process.once('exit', removeNow);
    try {
      const sources = paths.map((path, i) => ({
        path,
        link: `${PREFIX}source${i}${extension}`,
        folder: `${PREFIX}folder${i}`,
      }));
      for (const source of sources) {
        await symlink(resolve(source.path), join(folder, source.link));
        await symlink(dirname(resolve(source.path)), join(folder, source.folder));
      }
      return await work(new Workspace(folder, sources, seconds, signal));
    } finally {
      process.removeListener('exit', removeNow);
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  /** The sources as a message begins with them. */
  get place(): string {
    return this.sources.map(({ path }) => path).join(', ');
  }

  /** How long all tools may take, in seconds. */
  get seconds(): number {
    return this.#seconds;
  }

  /** Absolute path of a file in the workspace, e.g. of what a tool has written. */
  path(name: string): string {
    return join(this.folder, name);
  }

  /** The name in the workspace of a file for `purpose`, e.g. 'results'. */
  name(purpose: string): string {
    return PREFIX + purpose;
  }

  /** Writes such a file and returns its name. */
  async write(purpose: string, text: string): Promise<string> {
    const name = this.name(purpose);
    await writeFile(this.path(name), text);
    return name;
  }

  /** What a tool has written into a file. @throws UserError where it is too large to be meant */
  async read(name: string): Promise<Buffer> {
    const size = fileSize(this.path(name));
    if (size > MAX_FILE_BYTES) throw this.#tooLarge();
    return readFile(this.path(name));
  }

  /**
   * Runs a tool in the workspace and leaves the judgement of its end to the caller, but for a timeout, which is a
   * UserError unless `progress` is watched.
   * @throws UserError where it is missing
   */
  async run(
    { program, debianPackage }: Tool,
    args: readonly string[],
    options: Partial<Pick<ChildOptions, 'cwd' | 'writes' | 'descriptor' | 'progress'>> = {},
  ): Promise<ChildEnd> {
    let end: ChildEnd;
    try {
      end = await runChild(program.includes('/') ? resolve(program) : program, args, {
        cwd: this.folder,
        environment: { LC_ALL: 'C', TMPDIR: '.', TMP: '.', TEMP: '.' },
        milliseconds: Math.max(1, this.#deadline - performance.now()),
        signal: this.#signal,
        stalledAfter: Math.max(SHORTEST_STALL, this.#seconds * 100),
        ...options,
      });
    } catch (error) {
      throw missingTool(program, debianPackage, error);
    }
    if (end.stopped === 'size') throw this.#tooLarge();
    if (end.stopped === 'timeout' && options.progress === undefined) {
      throw new UserError(
        `${this.place}: ${program} did not end within ${this.#seconds} s; allow more with --timeout`,
      );
    }
    return end;
  }

  /** A tool's message with the user's names for files instead of the links'. */
  translate(message: string): string {
    return message.replace(LINK, (link, file?: string, folder?: string) => {
      const path = this.sources[Number(file ?? folder)]?.path;
      if (path === undefined) return link;
      return file === undefined ? path.slice(0, -basename(path).length) : path;
    });
  }

  #tooLarge(): UserError {
    return new UserError(`${this.place}: its tools write more than ${MAX_FILE_BYTES} bytes, stopped`);
  }
}

export interface Tool {
  /** Found through PATH where it has no slash; a relative path is the user's. */
  readonly program: string;
  /** That has it. */
  readonly debianPackage?: string;
}

async function temporaryFolder(): Promise<string> {
  const parent = tmpdir();
  try {
    return await mkdtemp(join(parent, 'approxtorch-build-'));
  } catch (error) {
    throw new UserError(`${parent}: cannot make a temporary folder in it: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function missingTool(program: string, debianPackage: string | undefined, error: unknown): unknown {
  const reason = (error as NodeJS.ErrnoException).code;
  if (reason !== 'ENOENT' && reason !== 'EACCES') return error;
  const why = reason === 'ENOENT' ? 'there is no such program' : 'it is not executable';
  const remedy = debianPackage === undefined ? '' : `; on Debian and Ubuntu: apt install ${debianPackage}`;
  return new UserError(`cannot start ${JSON.stringify(program)}: ${why}${remedy}`, {
    exitCode: EXIT.unavailable,
    cause: error,
  });
}
