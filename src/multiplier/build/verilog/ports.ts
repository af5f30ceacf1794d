import { isName, plainName } from './tokens.js';

export interface VerilogPort {
  readonly name: string;
  /** input, output, inout or ref; undefined where it was not found. */
  readonly direction: string | undefined;
  readonly signed: boolean;
}

const DIRECTIONS = new Set(['input', 'output', 'inout', 'ref']);
const SIGNED_TYPES = new Set(['byte', 'shortint', 'int', 'longint', 'integer']);
const TYPES = new Set([
  ...SIGNED_TYPES,
  'wire',
  'tri',
  'wand',
  'wor',
  'uwire',
  'reg',
  'logic',
  'bit',
  'var',
  'signed',
  'unsigned',
  'const',
]);

interface Item {
  readonly direction: string | undefined;
  /** Whether a type stands before the name. */
  readonly typed: boolean;
  readonly signed: boolean;
  readonly name: string | undefined;
}

/** Reads one item of a list of ports or declared names: direction, type, ranges, name, initial value. */
function readItem(tokens: readonly string[]): Item {
  // `.A({x, y})`: a port that stands for an expression; what direction that has is not looked for.
  if (tokens[0] === '.') return { direction: undefined, typed: true, signed: false, name: tokens[1] };
  const words = beforeValue(tokens).filter(isName);
  const direction = words.find((word) => DIRECTIONS.has(word));
  const name = words.at(-1);
  const types = words.slice(0, -1).filter((word) => !DIRECTIONS.has(word));
  const named = name !== undefined && !TYPES.has(name) && !DIRECTIONS.has(name);
  return {
    direction,
    typed: types.length > 0 || tokens[0] === '[',
    signed:
      types.includes('signed') || (types.some((t) => SIGNED_TYPES.has(t)) && !types.includes('unsigned')),
    name: named ? plainName(name) : undefined,
  };
}

/** The tokens outside of ranges and before an initial value. */
function beforeValue(tokens: readonly string[]): string[] {
  const left: string[] = [];
  let depth = 0;
  for (const token of tokens) {
    if (token === '=' && depth === 0) break;
    if (token === '[') depth++;
    if (depth === 0) left.push(token);
    if (token === ']') depth--;
  }
  return left;
}

function splitAtCommas(tokens: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if ('([{'.includes(token)) depth++;
    else if (')]}'.includes(token)) depth--;
    if (token === ',' && depth === 0) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return parts;
}

/**
 * Reads the port list of a module's head. An item without a direction has that of the one before it; in a head of the
 * older style none has one, and declarations in the body give it (see `readDeclaration`).
 */
export function readPortList(tokens: readonly string[]): VerilogPort[] {
  const ports: VerilogPort[] = [];
  let last: Item | undefined;
  for (const part of splitAtCommas(tokens)) {
    const item = readItem(part);
    if (item.name === undefined) continue;
    const inherits = item.direction === undefined && !item.typed;
    const signed = inherits ? (last?.signed ?? false) : item.signed;
    const direction = item.direction ?? last?.direction;
    ports.push({ name: item.name, direction, signed });
    last = { ...item, direction, signed };
  }
  return ports;
}

/** Where a statement of the body declares ports (`input [7:0] A, B`, `wire signed [7:0] A`), completes them. */
export function readDeclaration(statement: readonly string[], ports: VerilogPort[]): void {
  const [keyword] = statement;
  if (keyword === undefined || !(DIRECTIONS.has(keyword) || TYPES.has(keyword))) return;
  const [first, ...others] = splitAtCommas(statement).map(readItem);
  for (const { name } of [first!, ...others]) {
    const at = ports.findIndex((port) => port.name === name);
    const port = ports[at];
    if (port === undefined) continue;
    ports[at] = {
      name: port.name,
      direction: first!.direction ?? port.direction,
      signed: port.signed || first!.signed,
    };
  }
}
