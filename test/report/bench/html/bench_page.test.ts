import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { renderBenchHtml } from '../../../../src/report/bench/html/bench_html.js';
import { type BrowserPage, needsBrowser, openFile } from '../../../support/browser.js';
import { temporaryFolder } from '../../../support/temporary.js';
import { largeReport, suiteReport } from './report_fixture.js';

const folder = temporaryFolder();
const report = suiteReport();
const file = join(folder, 'suite.html');
writeFileSync(file, await renderBenchHtml(report));
const largeFile = join(folder, 'large.html');
writeFileSync(largeFile, await renderBenchHtml(largeReport(300)));

const indexOf = (id: string) => report.entries.findIndex((entry) => entry.id === id);

/** First cells of the visible rows of the table of entries. */
function order(page: BrowserPage): Promise<string[]> {
  return page.evaluate(
    "[...document.querySelectorAll('#entries tbody tr:not([hidden])')].map((row) => row.cells[0].textContent)",
  );
}

/** Selector of the button that sorts the table of entries by a column. */
async function sorter(page: BrowserPage, header: string): Promise<string> {
  const column = await page.evaluate<number>(
    `[...document.querySelectorAll('#entries thead th')].findIndex(({ textContent }) => textContent === '${header}')`,
  );
  assert.ok(column >= 0, header);
  return `#entries thead th:nth-child(${column + 1}) button`;
}

/** Brings a mark into view; the middle of it in the window. */
function middle(page: BrowserPage, selector: string): Promise<[number, number]> {
  return page.evaluate(`(() => {
    const mark = document.querySelector('${selector}');
    mark.scrollIntoView({ block: 'center' });
    const { left, right, top, bottom } = mark.getBoundingClientRect();
    return [(left + right) / 2, (top + bottom) / 2];
  })()`);
}

const tip = (page: BrowserPage) =>
  page.evaluate<string[] | null>(
    "document.getElementById('tip').hidden ? null : [...document.getElementById('tip').children].map(({ textContent }) => textContent)",
  );

const point = (axis: string, entry: number, look = 'wide') => `.by-${axis} .${look} [data-note="${entry}"]`;

describe('the page of a benchmark in a browser', () => {
  test(
    'opens without complaints and without network, light and dark, wide and narrow',
    needsBrowser,
    async () => {
      for (const [path, width, colorScheme] of [
        [file, 1200, 'light'],
        [file, 800, 'dark'],
        [file, 400, 'light'],
        [largeFile, 400, 'dark'],
      ] as const) {
        const { page, complaints, requests } = await openFile(path, width, { colorScheme });
        await page.evaluate(
          "for (const details of document.querySelectorAll('details')) details.open = true;",
        );
        for (const axis of ['mae', 'mred', 'bias', 'power']) await page.click(`label[for=axis-${axis}]`);
        assert.deepEqual([complaints, requests], [[], []]);
        const overflow = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.equal(overflow, 0, `${width} pixels`);
      }
    },
  );

  test('drawings fit the window: one of two is shown, and its text can be read', needsBrowser, async () => {
    for (const [width, accuracy, layers] of [
      [1200, 'wide', 'wide'],
      [800, 'narrow', 'wide'],
      [690, 'narrow', 'narrow'],
      [400, 'narrow', 'narrow'],
    ] as const) {
      const { page } = await openFile(file, width);
      for (const [id, look] of [
        ['accuracy', accuracy],
        ['layers', layers],
      ] as const) {
        const shown = await page.evaluate<[string, number][]>(
          `[...document.querySelectorAll('#${id} .chart')].filter((chart) => chart.checkVisibility()).map((chart) => {
            const svg = chart.querySelector('svg');
            return [chart.className, svg.clientWidth / svg.viewBox.baseVal.width];
          })`,
        );
        assert.ok(shown.length >= 2);
        for (const [name, scale] of shown) {
          assert.equal(name, `chart ${look}`, `${id} at ${width}`);
          // Text is drawn with 12 pixels.
          assert.ok(scale > 0.8 && scale < 1.4, `${id} at ${width}: ${scale}`);
        }
      }
    }
  });

  test('a click sorts the entries by a figure, another one the other way', needsBrowser, async () => {
    const { page } = await openFile(file, 1200);
    assert.deepEqual(
      await order(page),
      report.entries.map(({ id }) => id),
    );
    const button = await sorter(page, 'top-1 %');
    await page.click(button);
    const top1 = (id: string) => {
      const { tuned, approx } = report.entries[indexOf(id)]!;
      return (tuned ?? approx)?.top1 ?? null;
    };
    const ascending = (await order(page)).map(top1);
    // What failed has no figure and comes last.
    assert.equal(ascending.pop(), null);
    assert.deepEqual(
      ascending,
      [...ascending].sort((a, b) => a! - b!),
    );
    await page.click(button);
    const descending = (await order(page)).map(top1);
    assert.equal(descending.pop(), null);
    assert.deepEqual(
      descending,
      [...descending].sort((a, b) => b! - a!),
    );
  });

  test('sorts by keyboard, and only its own table', needsBrowser, async () => {
    const { page } = await openFile(file, 1200);
    const gates = "[...document.querySelectorAll('#gates tbody tr')].map(({ textContent }) => textContent)";
    const before = await page.evaluate<string[]>(gates);
    await page.press(await sorter(page, 'MAE'), 'Enter');
    assert.deepEqual((await order(page)).slice(0, 3), [
      'lenet-digits · exact',
      'resnet20 · exact',
      'lenet-digits · drum6',
    ]);
    assert.deepEqual(await page.evaluate<string[]>(gates), before);
    await page.press('#gates thead th:nth-child(2) button', ' ');
    assert.notDeepEqual(await page.evaluate<string[]>(gates), before);
  });

  test('filters by words of names and verdicts', needsBrowser, async () => {
    const { page } = await openFile(file, 1200);
    await page.fill('#entries .filter', 'RESNET drum');
    assert.deepEqual(await order(page), ['resnet20 · drum6', 'resnet20 · drum4', 'resnet20 · drum2']);
    assert.equal(await page.textContent('#entries .shown'), '3 of 20 entries');
    await page.fill('#entries .filter', 'undecided');
    assert.equal((await order(page)).length, report.summary.undecided);
    await page.fill('#entries .filter', 'could not run');
    assert.deepEqual(await order(page), ['resnet20 · roba']);
    await page.fill('#entries .filter', '');
    assert.equal((await order(page)).length, 20);
  });

  test('pointing at a point shows its figures and makes its entry stand out', needsBrowser, async () => {
    const { page } = await openFile(file, 1200);
    assert.equal(await tip(page), null);
    const entry = indexOf('lenet-digits · drum4');
    const [x, y] = await middle(page, point('power', entry));
    // Near is enough.
    await page.mouse.move(x + 4, y + 4);
    const lines = (await tip(page))!;
    const { approx } = report.entries[entry]!;
    assert.equal(lines[0], 'lenet-digits · drum4');
    assert.ok(lines[1]!.startsWith(`top-1 ${(100 * approx!.top1).toFixed(2)} % (`));
    assert.ok(lines.includes('power 45.0 % of exact'));
    const box = await page.evaluate<number[]>(
      "(({ left, right, top, bottom }) => [left, innerWidth - right, top, innerHeight - bottom])(document.getElementById('tip').getBoundingClientRect())",
    );
    assert.ok(
      box.every((room) => room >= 0),
      box.join(' '),
    );
    const lit = await page.evaluate<string[]>(
      "[...new Set([...document.querySelectorAll('.lit')].map(({ dataset }) => dataset.entry))]",
    );
    assert.deepEqual(lit, [String(entry)]);
    await page.mouse.move(5, 5);
    assert.equal(await tip(page), null);
    assert.equal(await page.evaluate("document.querySelectorAll('.lit, .ring, .pointed').length"), 0);
  });

  test('layers say which one, of which entry, and how much', needsBrowser, async () => {
    const { page } = await openFile(file, 1200);
    const drum4 = report.entries[indexOf('resnet20 · drum4')]!;
    const layer = drum4.sensitivity!.reduce((a, b) => (b.drop > a.drop ? b : a));
    const note = await page.evaluate<number>(
      `JSON.parse(document.getElementById('notes').textContent).findIndex((text) => text.startsWith(${JSON.stringify(`${drum4.id}\n${layer.layer}\n`)}))`,
    );
    const [x, y] = await middle(page, `#layers .wide [data-note="${note}"]`);
    await page.mouse.move(x, y);
    const lines = (await tip(page))!;
    assert.deepEqual(lines.slice(0, 2), [drum4.id, layer.layer]);
    assert.ok(lines[2]!.startsWith(`drop of top-1 ${(100 * layer.drop).toFixed(2)} points (`), lines[2]);
  });

  test('a tap on a phone shows the same, a tap elsewhere hides it', needsBrowser, async () => {
    const { page } = await openFile(file, 400, { hasTouch: true });
    const [x, y] = await middle(page, point('power', indexOf('resnet20 · drum2'), 'narrow'));
    await page.touchscreen.tap(x, y);
    assert.equal((await tip(page))![0], 'resnet20 · drum2');
    await page.touchscreen.tap(5, 5);
    assert.equal(await tip(page), null);
  });

  test(
    'points are reached by keyboard: one stop for a chart, arrows within, Enter to the row',
    needsBrowser,
    async () => {
      const { page } = await openFile(file, 1200);
      const chart = '.by-power figure:nth-child(1) .wide';
      const stops = await page.evaluate<number>(
        `document.querySelectorAll('${chart} [tabindex="0"]').length`,
      );
      assert.equal(stops, 1);
      const focused = () =>
        page.evaluate<[string, string]>(
          "[document.activeElement.dataset.entry, document.activeElement.getAttribute('aria-label')]",
        );
      await page.press(`${chart} [tabindex="0"]`, 'Home');
      // Least power first.
      const [first, label] = await focused();
      assert.equal(report.entries[Number(first)]!.id, 'lenet-digits · drum2');
      assert.match(label, /^lenet-digits · drum2, top-1 /);
      assert.equal((await tip(page))![0], 'lenet-digits · drum2');
      await page.press(`${chart} :focus`, 'ArrowRight');
      assert.equal((await tip(page))![0], 'lenet-digits · broken_array9');
      await page.press(`${chart} :focus`, 'End');
      assert.equal((await tip(page))![0], 'lenet-digits · exact');
      await page.press(`${chart} :focus`, 'Escape');
      assert.equal(await tip(page), null);
      await page.press(`${chart} :focus`, 'Enter');
      const target = await page.evaluate<string>("document.querySelector('tr:target').cells[0].textContent");
      assert.equal(target, 'lenet-digits · exact');
    },
  );

  test('the switch changes the axis, by pointer and by keyboard', needsBrowser, async () => {
    const { page } = await openFile(file, 1200);
    const shown = () =>
      page.evaluate<string[]>(
        "[...document.querySelectorAll('.panels')].filter((panels) => panels.checkVisibility()).map(({ className }) => className.split(' ')[1])",
      );
    assert.deepEqual(await shown(), ['by-power']);
    await page.click('label[for=axis-mae]');
    assert.deepEqual(await shown(), ['by-mae']);
    await page.press('#axis-mae', 'ArrowRight');
    assert.deepEqual(await shown(), ['by-mred']);
    // Entries without power are there too.
    const [x, y] = await middle(page, point('mred', indexOf('lenet-digits · roba')));
    await page.mouse.move(x, y);
    assert.equal((await tip(page))![0], 'lenet-digits · roba');
  });

  test('all heat maps are images', needsBrowser, async () => {
    const { page } = await openFile(file, 1200);
    const widths = await page.evaluate<number[]>(
      'Promise.all([...document.images].map(async (image) => { await image.decode(); return image.naturalWidth; }))',
    );
    assert.deepEqual(widths, Array(10).fill(32));
  });

  test('text has contrast on light and dark ground, in charts too', needsBrowser, async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await openFile(file, 1200, { colorScheme });
      const [paper, ...inks] = await page.evaluate<string[]>(`(() => {
        const ink = (element) => getComputedStyle(element)[element instanceof SVGElement ? 'fill' : 'color'];
        const texts = document.querySelectorAll('main p, main th, .verdict, .chart.wide text, .facts dd, .counts dd');
        return [getComputedStyle(document.body).backgroundColor, ...new Set([...texts].map(ink))];
      })()`);
      assert.ok(inks.length >= 5);
      for (const ink of inks) assert.ok(contrast(ink, paper!) > 4.5, `${ink} on ${paper}`);
    }
  });

  test('300 entries are sorted and filtered at once', needsBrowser, async () => {
    const { page } = await openFile(largeFile, 1200);
    const milliseconds = await page.evaluate<number>(`(() => {
      const start = performance.now();
      document.querySelector('#entries thead th:nth-child(3) button').click();
      const box = document.querySelector('#entries .filter');
      box.value = 'vgg drum';
      box.dispatchEvent(new Event('input'));
      document.body.getBoundingClientRect();
      return performance.now() - start;
    })()`);
    assert.ok(milliseconds < 2000, `${milliseconds} ms`);
    assert.equal((await order(page)).length, 25);
  });
});

/** Contrast ratio of two colours, WCAG 2.2. */
function contrast(a: string, b: string): number {
  const luminance = (color: string) => {
    const channels = [...color.matchAll(/[\d.]+/g)].slice(0, 3).map(([value]) => Number(value) / 255);
    const [red, green, blue] = channels.map((value) =>
      value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}
