import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { loadSuite } from '../src/config/suite/load_suite.js';
import { suiteSchema } from '../src/config/suite/suite_schema.js';
import * as library from '../src/index.js';
import { packagePath } from '../src/util/paths.js';

const text = readFileSync(packagePath('docs', 'bench.md'), 'utf8');
const blocks = (language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map((match) => match[1]!);

describe('docs/bench.md', () => {
  test('shows a suite that is valid, and names every setting', () => {
    const suite = parse(blocks('yaml')[0]!);
    assert.deepEqual(suiteSchema.safeParse(suite).error?.issues ?? [], []);
    for (const name of Object.keys(suiteSchema.shape)) {
      if (name !== '$schema') assert.ok(text.includes(`\`${name}\``), name);
    }
  });

  test('shows a workflow that uses what the action has, and lists its inputs with their defaults', () => {
    const workflow = parse(blocks('yaml')[1]!);
    const action = parse(readFileSync(packagePath('action.yml'), 'utf8'));
    const step = workflow.jobs.bench.steps.find(({ uses }: { uses: string }) =>
      uses.includes('/approxtorch@'),
    );
    for (const input of Object.keys(step.with)) assert.ok(input in action.inputs, input);
    for (const [name, { default: value }] of Object.entries<{ default?: string }>(action.inputs)) {
      const row = new RegExp(`^\\| \`${name}\` \\| (.*?) \\|`, 'm').exec(text);
      assert.ok(row !== null, name);
      if (value && !value.startsWith('$')) assert.equal(row[1], `\`${value}\``);
    }
    assert.equal(workflow.permissions['pull-requests'], 'write');
  });

  test('imports what the library exports', () => {
    const [, names] = /import \{ (.*) \} from 'approxtorch'/.exec(blocks('js')[0]!)!;
    for (const name of names!.split(', ')) assert.ok(name in library, name);
    for (const name of ['suiteFromFlags', 'mergeReports', 'loadBenchReport']) {
      assert.ok(name in library && text.includes(`\`${name}`), name);
    }
    assert.equal(library.loadSuite, loadSuite);
  });

  test('links to sections and files that are there', () => {
    const anchors = [...text.matchAll(/^## (.*)$/gm)].map((match) =>
      match[1]!
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    for (const [, target] of text.matchAll(/\]\(([^)]+)\)/g)) {
      const [file, anchor] = target!.split('#') as [string, string?];
      if (file === '') assert.ok(anchors.includes(anchor!), anchor);
      else assert.ok(existsSync(packagePath('docs', file)), file);
    }
  });
});
