import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderBenchHtml } from '../../../../src/report/bench/html/bench_html.js';
import type { BenchReport } from '../../../../src/report/bench/results.js';
import { decode, reading } from '../../lut/image_pixels.js';
import { hostileName } from '../../lut/plot_fixture.js';
import { emptyReport, largeReport, smallReport, suiteReport } from './report_fixture.js';

/** What a reader sees of a page: without scripts, styles and images. */
const visible = (page: string) =>
  page.replace(/src="data:[^"]*"|<script>[\s\S]*?<\/script>|<style>[\s\S]*?<\/style>/g, '');

/** Text of the markup that matches. */
const texts = (page: string, pattern: RegExp) =>
  [...page.matchAll(pattern)].map(([, content]) => content!.replace(/<[^>]*>/g, ''));

const section = (page: string, id: string) =>
  new RegExp(`<section id="${id}">[\\s\\S]*?</section>`).exec(page)?.[0] ?? '';

const notesOf = (page: string) =>
  JSON.parse(/<script id="notes"[^>]*>([\s\S]*?)<\/script>/.exec(page)![1]!) as string[];

/** The drawings of one axis for wide windows. */
function drawings(page: string, axis: string): string[] {
  const panels = page.slice(page.indexOf(`<div class="panels by-${axis}`));
  const end = panels.indexOf('<div class="panels', 1);
  return [
    ...panels
      .slice(0, end < 0 ? panels.indexOf('</fieldset>') : end)
      .matchAll(/<div class="chart wide"[\s\S]*?<\/svg>/g),
  ].map(([svg]) => svg);
}

/** Entries whose points a drawing has. */
const pointsOf = (svg: string) =>
  [...svg.matchAll(/data-entry="(\d+)" data-note/g)].map(([, i]) => Number(i));

const report = suiteReport();
const page = await renderBenchHtml(report);

describe('the page of a benchmark', () => {
  test('begins with the name of the suite, the verdict and the counts', () => {
    const [body] = visible(page)
      .split('<nav')
      .map((part) => part.slice(part.indexOf('<body>')));
    assert.match(body!, /<h1>Signed 8-bit multipliers<\/h1><span class="verdict fail">✕ fail<\/span>/);
    const counts = [...body!.matchAll(/<dt>([^<]*)<\/dt><dd>([^<]*)<\/dd>/g)].map(([, name, value]) => [
      name,
      Number(value),
    ]);
    const { summary } = report;
    assert.deepEqual(counts, [
      ['entries', 20],
      ['pass', summary.pass],
      ['fail', summary.fail],
      ['undecided', summary.undecided],
      ['could not run', 1],
      ['from the cache', summary.cached],
      ['networks', 2],
      ['multipliers', 10],
    ]);
    assert.match(body!, /its power is given, but not that of an exact multiplier/);
  });

  test('the verdict is the worst one, and none without gates', async () => {
    const verdict = async (summary: Partial<BenchReport['summary']>) => {
      const small = smallReport();
      const html = await renderBenchHtml({ ...small, summary: { ...small.summary, ...summary } });
      return texts(html, /<\/h1>(<span class="verdict[^>]*>.*?<\/span>)/g)[0];
    };
    assert.equal(await verdict({ pass: 3 }), '✓ pass');
    assert.equal(await verdict({ pass: 3, undecided: 1 }), '? undecided');
    assert.equal(await verdict({ pass: 3, undecided: 1, fail: 1 }), '✕ fail');
    assert.equal(await verdict({ pass: 3, failed: 1 }), '✕ fail');
    assert.equal(await verdict({}), 'no gates');
  });

  test('has a point for every entry with a figure, and names the others', () => {
    const evaluated = (model: string) =>
      report.entries.flatMap((entry, i) => (entry.model === model && entry.approx !== null ? [i] : []));
    const [lenet, resnet] = drawings(page, 'mae');
    assert.deepEqual(
      pointsOf(lenet!).sort((a, b) => a - b),
      evaluated('lenet-digits'),
    );
    assert.deepEqual(
      pointsOf(resnet!).sort((a, b) => a - b),
      evaluated('resnet20'),
    );
    const withPower = report.entries.flatMap((entry, i) =>
      entry.relativePower !== null && entry.approx !== null ? [i] : [],
    );
    assert.deepEqual(
      drawings(page, 'power')
        .flatMap(pointsOf)
        .sort((a, b) => a - b),
      withPower,
    );
    assert.match(page, /Without relative power: lenet-digits · truncated4, lenet-digits · roba\./);
    assert.match(page, /Without power: lenet-digits · roba\./);
  });

  test('points lie where their figures say', () => {
    // Two entries fix the axis, the others lie between: power is proportional.
    const [lenet] = drawings(page, 'power');
    const places = new Map(
      [...lenet!.matchAll(/transform="matrix\([^)]*,([\d.]+),([\d.]+)\)"[^>]*data-note="(\d+)"/g)].map(
        ([, x, y, entry]) => [Number(entry), { x: Number(x), y: Number(y) }],
      ),
    );
    const at = (name: string) => report.entries.findIndex(({ id }) => id === `lenet-digits · ${name}`);
    const power = (name: string) => report.entries[at(name)]!.relativePower!;
    const [low, high] = [places.get(at('drum2'))!.x, places.get(at('exact'))!.x];
    for (const name of ['drum4', 'drum6', 'mitchell']) {
      const share = (power(name) - power('drum2')) / (power('exact') - power('drum2'));
      assert.ok(Math.abs(places.get(at(name))!.x - (low + share * (high - low))) < 0.1, name);
    }
    const byHeight = [...places].sort(([, a], [, b]) => a.y - b.y).map(([i]) => report.entries[i]!);
    byHeight.reduce((above, below) => {
      assert.ok((above.tuned ?? above.approx)!.top1 >= (below.tuned ?? below.approx)!.top1);
      return below;
    });
  });

  test('notes of entries state their figures', () => {
    const notes = notesOf(page);
    const i = report.entries.findIndex(({ id }) => id === 'lenet-digits · drum2');
    const { tuned, approx, drop } = report.entries[i]!;
    const percent = (fraction: number) => (100 * fraction).toFixed(2);
    const [id, top1, before, exact] = notes[i]!.split('\n');
    assert.equal(id, 'lenet-digits · drum2');
    assert.equal(top1, `top-1 ${percent(tuned!.top1)} % (${tuned!.top1Interval.map(percent).join('–')})`);
    assert.ok(before!.startsWith(`before retraining ${percent(approx!.top1)} % (`));
    assert.equal(
      exact,
      `drop from exact ${percent(drop.exact!)} points (${drop.exactInterval!.map(percent).join(' … ')})`,
    );
    assert.match(notes[i]!, /\npower 21\.0 % of exact\nMAE 954 · MRED 26\.06 % · bias \+0\.313\n✕ fail$/);
    assert.equal(notes[19], 'resnet20 · roba\nfailed');
  });

  test('layers show drops where an entry has them, else noise', () => {
    const layers = section(page, 'layers');
    assert.deepEqual(texts(layers, /<figcaption>(.*?)<\/figcaption>/g), [
      'Noise per layer of lenet-digits on synthetic-digits',
      'Accuracy drop per layer of resnet20 on cifar10',
      'Noise per layer of resnet20 on cifar10',
    ]);
    const [, drops, noise] = layers.split('<figure>').slice(1);
    const rows = (figure: string) => texts(figure, /<th scope="row"[^>]*>(.*?)<\/th>/g);
    const withDrops = report.entries.filter(({ sensitivity }) => sensitivity !== null);
    assert.deepEqual(
      rows(drops!),
      withDrops.map(({ id }) => id),
    );
    assert.ok(!rows(noise!).some((id) => rows(drops!).includes(id)));
    const [first] = [...drops!.matchAll(/<tr><th scope="row"[\s\S]*?<\/tr>/g)].map(([row]) => row);
    assert.deepEqual(
      texts(first!, /<td[^>]*>(.*?)<\/td>/g),
      withDrops[0]!.sensitivity!.map(({ drop }) => (100 * drop).toFixed(2)),
    );
    // Every drawn mark has a note on its own entry and layer.
    const marks = [...drops!.matchAll(/data-entry="(\d+)" data-note="(\d+)"/g)];
    assert.equal(marks.length, 2 * 20 * withDrops.length);
    for (const [, entry, note] of marks) {
      const [id, layer, figure] = notesOf(page)[Number(note)]!.split('\n');
      assert.equal(id, report.entries[Number(entry)]!.id);
      const { drop } = report.entries[Number(entry)]!.sensitivity!.find((one) => one.layer === layer)!;
      assert.ok(figure!.startsWith(`drop of top-1 ${(100 * drop).toFixed(2)} points`));
    }
  });

  test('gates stand with limits, figures, intervals and verdicts, the failed ones first', () => {
    const gates = section(page, 'gates');
    const verdicts = texts(gates, /<td data-value="(pass|fail|undecided)">/g);
    assert.equal(
      verdicts.length,
      report.entries.reduce((sum, entry) => sum + entry.gates.length, 0),
    );
    const order = ['fail', 'undecided', 'pass'];
    assert.deepEqual(
      verdicts,
      [...verdicts].sort((a, b) => order.indexOf(a) - order.indexOf(b)),
    );
    assert.match(gates, /top-1 at least 90 %/);
    assert.match(gates, /drop from exact at most 1 point</);
    assert.match(gates, /<div>18,400<\/div>/);
  });

  test('the baseline: changes with intervals, what was added and what is gone', () => {
    const changes = section(page, 'changes');
    assert.match(changes, /4 entries compared, 3 changed · 15 added · 2 gone/);
    const rows = [...changes.matchAll(/<tr><th scope="row"[\s\S]*?<\/tr>/g)].map(([row]) =>
      texts(row, /<t[hd][^>]*>(.*?)<\/t[hd]>/g).slice(0, 4),
    );
    assert.deepEqual(
      rows.map(([id, change, , meaning]) => [id, change, meaning]),
      [
        ['lenet-digits · drum4', '−0.62', '▼ worse'],
        ['lenet-digits · kulkarni', '−0.01', 'within chance'],
        ['lenet-digits · mitchell', '+0.40', '▲ better'],
      ],
    );
    assert.match(changes, /Gone, only in the baseline: lenet-digits · drum3, resnet20 · drum3\./);
    assert.match(changes, /<details[^>]*><summary>Added, not in the baseline: 15 entries/);
  });

  test('an entry that failed stands with its reason', () => {
    assert.match(
      section(page, 'failures'),
      /<strong>resnet20 · roba<\/strong>: models\/resnet20.onnx: \/fc\/Gemm: transA = 1/,
    );
  });

  test('a heat map for each multiplier, zero in the middle of its colours', async () => {
    const cards = [...section(page, 'multipliers').matchAll(/<li>[\s\S]*?<\/li>/g)].map(([card]) => card);
    assert.equal(cards.length, 10);
    const map = await decode(/src="([^"]*)"/.exec(cards.find((card) => card.includes('>truncated4<'))!)![1]!);
    const { means, size } = report.multipliers.find(({ name }) => name === 'truncated4')!.errorMap;
    for (let i = 0; i < size; i++) {
      // Weight to the right, activation upwards.
      assert.equal(reading(map.at(i, size - 1)).sign, Math.sign(means[i]!));
      assert.equal(reading(map.at(0, size - 1 - i)).sign, Math.sign(means[i * size]!));
    }
    assert.match(cards[0]!, /no error/);
  });

  test('drawings have nothing that the policy of the page forbids', () => {
    assertWithout(page, / style="/);
    assertWithout(visible(page), /<style|javascript:|https?:\/\/(?!www\.w3\.org)| on\w+="/);
    assertWithout(page, /ecmeta|class="zr/);
    assert.equal(page.match(/<script/g)!.length, 2);
  });

  test('the same report gives the same page', async () => {
    assert.equal(await renderBenchHtml(report), page);
  });
});

/** Where a page matches a pattern that it must not; a failure prints no whole page. */
function assertWithout(html: string, pattern: RegExp): void {
  const at = html.search(pattern);
  assert.equal(at, -1, html.slice(Math.max(0, at - 200), at + 200));
}

/** What no page may show, whatever the report. */
function assertSound(html: string): void {
  assertWithout(visible(html), /NaN|Infinity|undefined|\bnull\b|\[object/);
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
  const targets = [...html.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
  assert.deepEqual(
    targets.filter((id) => !ids.includes(id)),
    [],
  );
}

describe('pages of all kinds of reports', () => {
  test('the suite', () => assertSound(page));

  test('no entry at all', async () => {
    const html = await renderBenchHtml(emptyReport());
    assertSound(html);
    assert.match(html, /No entry was evaluated\./);
    for (const id of ['gates', 'changes', 'layers', 'multipliers', 'failures'])
      assert.equal(section(html, id), '');
  });

  test('one entry without gates and without a baseline', async () => {
    const html = await renderBenchHtml(smallReport());
    assertSound(html);
    assert.equal(pointsOf(drawings(html, 'power')[0]!).length, 1);
    assert.equal(section(html, 'gates') + section(html, 'changes'), '');
    assertWithout(section(html, 'entries'), />verdict</);
  });

  test('all entries failed', async () => {
    const entries = report.entries.map((entry) => ({
      ...report.entries.at(-1)!,
      id: entry.id,
    }));
    const html = await renderBenchHtml({ ...report, entries, baseline: null });
    assertSound(html);
    assert.equal(texts(section(html, 'failures'), /<li>(.*?)<\/li>/g).length, 20);
    assert.match(html, /No entry was evaluated\./);
  });

  test('no power is known: the first axis is that of the mean error', async () => {
    const html = await renderBenchHtml({
      ...report,
      multipliers: report.multipliers.map((multiplier) => ({ ...multiplier, power: null })),
      entries: report.entries.map((entry) => ({ ...entry, relativePower: null })),
    });
    assertSound(html);
    assert.deepEqual(texts(html, /<label for="axis-[a-z]*">(.*?)<\/label>/g), ['MAE', 'MRED', 'Bias']);
    assert.match(html, /id="axis-mae" checked/);
    assertWithout(html, /Pareto/);
  });

  test('figures that are none or without bound, exact products only, perfect accuracy', async () => {
    const [exact, ...others] = report.multipliers;
    const strange = others.map((multiplier) => ({
      ...multiplier,
      metrics: { ...multiplier.metrics, mred: Number.NaN, wcre: Infinity },
    }));
    assertSound(await renderBenchHtml({ ...report, multipliers: [exact!, ...strange] }));
    const all = { correct: 10, top1: 1, top1Interval: [0.7, 1] as const, top5: 1, loss: 0, correctBits: '' };
    const perfect = report.entries
      .filter(({ multiplier, approx }) => multiplier === 'exact' && approx !== null)
      .map((entry) => ({
        ...entry,
        float: null,
        exact: all,
        approx: all,
        layers: entry.layers.map((layer) => ({ ...layer, sqnr: null, multiplier: null })),
      }));
    assertSound(await renderBenchHtml({ ...report, multipliers: [exact!], entries: perfect }));
  });

  test('an entry whose model, multiplier and dataset the report does not describe', async () => {
    assertSound(await renderBenchHtml({ ...report, models: [], multipliers: [], datasets: [] }));
  });

  test('a shard and an interrupted run say so', async () => {
    const small = smallReport();
    const shard = await renderBenchHtml({ ...small, shard: { index: 2, count: 4 } });
    assert.match(shard, /shard 2 of 4/);
    const interrupted = await renderBenchHtml({
      ...small,
      complete: false,
      suite: { ...small.suite, entries: 40 },
    });
    assert.match(interrupted, /Interrupted: 1 of 40 entries are here\./);
  });

  test('names from files are text everywhere', async () => {
    const hostile = (name: string) => `${name}${hostileName}`;
    const html = await renderBenchHtml({
      ...report,
      version: hostileName,
      suite: { ...report.suite, name: hostileName, file: hostileName },
      environment: { ...report.environment, cpu: hostileName, platform: hostileName, isa: hostileName },
      models: report.models.map((model) => ({ ...model, name: hostile(model.name), file: hostileName })),
      datasets: report.datasets.map((dataset) => ({
        ...dataset,
        name: hostile(dataset.name),
        spec: hostileName,
        split: hostileName,
      })),
      multipliers: report.multipliers.map((multiplier) => ({
        ...multiplier,
        name: hostile(multiplier.name),
        file: hostileName,
        known: { name: hostileName, library: hostileName, transposed: false, cost: null },
      })),
      entries: report.entries.map((entry) => ({
        ...entry,
        id: `${hostile(entry.model)} · ${hostile(entry.multiplier)}`,
        model: hostile(entry.model),
        multiplier: hostile(entry.multiplier),
        dataset: hostile(entry.dataset),
        quantization: hostile(String(entry.seed)),
        error: entry.error && hostileName,
        layers: entry.layers.map((layer) => ({ ...layer, layer: hostile(layer.layer) })),
        sensitivity: entry.sensitivity?.map((layer) => ({ ...layer, layer: hostile(layer.layer) })) ?? null,
      })),
      baseline: { file: hostileName, stale: [hostileName], added: [hostileName] },
      warnings: [hostileName],
    });
    assertSound(html);
    assert.equal(html.match(/<script/g)!.length, 2);
    assert.equal(html.match(/<\/script/g)!.length, 2);
    assert.equal(html.match(/<img/g)!.length, 10);
    assertWithout(html, /[^\P{Cc}\n]|[\u202e\ud800\uffff]/u);
    assert.equal(notesOf(html)[0]!.split('\n')[0]!.includes('<script>alert("1")</script>'), true);
    assert.equal(html.match(/<title/g)!.length, 1);
    assert.equal(html.match(/ onerror=/g)!.length, html.match(/src=x onerror=/g)!.length);
  });

  test('300 entries: a page of bounded size in bounded time', async () => {
    const large = largeReport(300);
    const start = performance.now();
    const html = await renderBenchHtml(large);
    const seconds = (performance.now() - start) / 1000;
    assertSound(html);
    assert.ok(html.length < 3e6, `${html.length} bytes`);
    assert.ok(seconds < 10, `${seconds} s`);
    assert.equal(drawings(html, 'mred').flatMap(pointsOf).length, 300);
    assert.equal(texts(section(html, 'entries'), /<th scope="row"[^>]*>(.*?)<\/th>/g).length, 300);
    // 20 entries are the usual size.
    assert.ok(page.length < 600_000, `${page.length} bytes`);
  });
});
