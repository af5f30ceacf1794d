import { readDeclaration, readPortList, type VerilogPort } from './ports.js';
import { isName, plainName, verilogTokens } from './tokens.js';

/** A module that a source defines. */
export interface VerilogModule {
  readonly name: string;
  readonly ports: readonly VerilogPort[];
  /** Names that may be modules which it instantiates. */
  readonly instantiates: ReadonlySet<string>;
}

/** The modules that preprocessed Verilog defines. */
export function findModules(preprocessed: string): VerilogModule[] {
  const tokens = verilogTokens(preprocessed);
  const modules: VerilogModule[] = [];
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] !== 'module' && tokens[i] !== 'macromodule') continue;
    const end = tokens.indexOf('endmodule', i);
    if (end < 0) break;
    const found = readModule(tokens.slice(i + 1, end));
    if (found !== undefined) modules.push(found);
    i = end;
  }
  return modules;
}

/** Reads the tokens between `module` and `endmodule`. */
function readModule(tokens: readonly string[]): VerilogModule | undefined {
  const headEnd = tokens.indexOf(';');
  const nameAt = tokens.findIndex((token) => token !== 'automatic' && token !== 'static');
  if (headEnd < 0 || !isName(tokens[nameAt])) return undefined;
  const body = withoutSubroutines(tokens.slice(headEnd + 1));
  const ports = readPortList(portTokens(tokens.slice(nameAt + 1, headEnd)));
  for (const statement of statements(body)) readDeclaration(statement, ports);
  return { name: plainName(tokens[nameAt]), ports, instantiates: instances(body) };
}

/** What stands in the parentheses of the ports, behind imports and parameters. */
function portTokens(head: readonly string[]): string[] {
  let at = 0;
  if (head[0] === '#') at = closing(head, 1) + 1;
  return head[at] === '(' ? head.slice(at + 1, closing(head, at)) : [];
}

function closing(tokens: readonly string[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i] === '(') depth++;
    else if (tokens[i] === ')' && --depth === 0) return i;
  }
  return tokens.length;
}

/** Functions and tasks have inputs and outputs of their own. */
function withoutSubroutines(tokens: readonly string[]): string[] {
  const left: string[] = [];
  let inside = false;
  for (const token of tokens) {
    if (token === 'function' || token === 'task') inside = true;
    if (!inside) left.push(token);
    if (token === 'endfunction' || token === 'endtask') inside = false;
  }
  return left;
}

function* statements(tokens: readonly string[]): Generator<readonly string[]> {
  let start = 0;
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] !== ';') continue;
    yield tokens.slice(start, i);
    start = i + 1;
  }
}

/** Instances read `name instance (` or `name #(`; so do other things, whose names are those of no module. */
function instances(tokens: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (let i = 0; i + 1 < tokens.length; i++) {
    const token = tokens[i];
    if (isName(token) && (tokens[i + 1] === '#' || isName(tokens[i + 1]))) names.add(plainName(token));
  }
  return names;
}
