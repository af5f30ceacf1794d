import { existsSync } from 'node:fs';
import { after } from 'node:test';

/** What the tests use of playwright-core, which need not be installed. */
export interface BrowserPage {
  goto(address: string): Promise<unknown>;
  evaluate<T>(script: string): Promise<T>;
  click(selector: string): Promise<void>;
  fill(selector: string, text: string): Promise<void>;
  press(selector: string, key: string): Promise<void>;
  textContent(selector: string): Promise<string | null>;
  inputValue(selector: string): Promise<string>;
  on(event: 'console', listener: (message: { type(): string; text(): string }) => void): void;
  on(event: 'pageerror', listener: (error: Error) => void): void;
  on(event: 'request', listener: (request: { url(): string }) => void): void;
  readonly mouse: { move(x: number, y: number): Promise<void> };
  readonly touchscreen: { tap(x: number, y: number): Promise<void> };
}

interface Browser {
  newContext(options: object): Promise<{ newPage(): Promise<BrowserPage> }>;
  close(): Promise<void>;
}

interface Playwright {
  readonly chromium: { launch(options: object): Promise<Browser> };
}

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

async function playwright(): Promise<Playwright | undefined> {
  // Not a literal: the compiler must not ask for it.
  const name: string = 'playwright-core';
  try {
    return (await import(name)) as Playwright;
  } catch {
    return undefined;
  }
}

const library = await playwright();

/** Options for `test(name, options, …)`: skips with a reason where there is no browser to drive. */
export const needsBrowser: { skip?: string } =
  library === undefined
    ? { skip: 'playwright-core is not installed' }
    : existsSync(executablePath)
      ? {}
      : { skip: `there is no ${executablePath}; CHROMIUM_PATH names another browser` };

let launched: Promise<Browser> | undefined;

// Registered here, for the whole file: within a test it would run when that test ends.
after(async () => (await launched)?.close());

function browser(): Promise<Browser> {
  launched ??= library!.chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  return launched;
}

/** A page without network, and what it complained of and asked for. */
export interface WatchedPage {
  readonly page: BrowserPage;
  /** Messages of the console that are errors or warnings, and uncaught errors. */
  readonly complaints: string[];
  /** Addresses beside its own and `data:`. */
  readonly requests: string[];
}

/** Opens a file in a window of the given width; call within a test that has `needsBrowser`. */
export async function openFile(
  path: string,
  width: number,
  { hasTouch = false, colorScheme = 'light' }: { hasTouch?: boolean; colorScheme?: 'light' | 'dark' } = {},
): Promise<WatchedPage> {
  const context = await (await browser()).newContext({
    viewport: { width, height: 900 },
    offline: true,
    hasTouch,
    colorScheme,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  const address = `file://${path}`;
  page.on('console', (message) => {
    if (message.type() !== 'log') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) requests.push(request.url());
  });
  await page.goto(address);
  return { page, complaints, requests };
}
