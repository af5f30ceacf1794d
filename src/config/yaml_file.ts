import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { messageOf, UserError } from '../util/errors.js';
import { readInput } from '../util/files.js';

const mostBytes = 1 << 20;

/** Where something stands in a document: keys, and indices of lists. */
export type YamlPath = readonly (string | number)[];

/** Settings from a file, and where they stand. */
export interface YamlFile {
  readonly values: Record<string, unknown>;
  /** Line (from 1) of the key or item, or of the innermost part of the path that is there. */
  lineOf(path: YamlPath): number | undefined;
}

/**
 * Reads a file of settings: YAML or JSON (which YAML contains), a mapping at the top.
 * @throws UserError with the line of what is wrong.
 */
export async function readYaml(path: string): Promise<YamlFile> {
  const bytes = await readInput(path);
  if (bytes.length > mostBytes) {
    throw new UserError(`${path}: has ${bytes.length} bytes; a configuration file has at most ${mostBytes}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(decode(path, bytes), { lineCounter: lines, prettyErrors: false });
  const problem = document.errors[0];
  if (problem !== undefined) {
    throw new UserError(`${path}:${lines.linePos(problem.pos[0]).line}: ${problem.message.split('\n')[0]}`);
  }
  const root = document.contents;
  if (!isMap(root)) {
    throw new UserError(`${path}: expected settings such as "lut: mult.txt", one a line`);
  }
  try {
    const values = document.toJS({ maxAliasCount: 100 }) as Record<string, unknown>;
    return {
      values,
      lineOf(wanted) {
        const offset = offsetOf(root, wanted);
        return offset === undefined ? undefined : lines.linePos(offset).line;
      },
    };
  } catch (error) {
    throw new UserError(`${path}: ${messageOf(error).split('\n')[0]}`, { cause: error });
  }
}

function offsetOf(root: Node, path: YamlPath): number | undefined {
  let node: unknown = root;
  let offset: number | undefined;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) break;
      offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else {
      break;
    }
  }
  return offset;
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UserError(`${path}: is not text in UTF-8; expected YAML or JSON`, { cause: error });
  }
}
