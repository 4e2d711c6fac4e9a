import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { it } from '@jest/globals';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { chromiumPath, HOW_TO_GET_CHROMIUM } from './chromium.ts';
import { leaveOut } from './reference-data.ts';

/*
 * Pages in a real browser: what it complains of, what axe finds, and whether a page fits its window.
 *
 * 1. Where there is no browser, what it was needed for is left out and named; where the reference data is required, that fails.
 * 2. With AITRADER_SCREENSHOTS every page that is looked at is drawn into that folder, to be looked at by eye.
 */

export type { Browser, Page } from 'playwright-core';

/** A window, as wide as a desk's or as a telephone's, in the light or in the dark. */
export interface Form {
  readonly width: 1280 | 390;
  readonly scheme: 'light' | 'dark';
}

/** All of them. */
export const FORMS: readonly Form[] = [
  { width: 1280, scheme: 'light' },
  { width: 1280, scheme: 'dark' },
  { width: 390, scheme: 'light' },
  { width: 390, scheme: 'dark' },
];

/** What is wrong with a page; nothing of a good one. */
export interface Faults {
  /** what the console says as an error, what the page throws, and what it asks for in vain */
  readonly errors: readonly string[];
  /** breaches of WCAG 2.2, A or AA, each with the elements */
  readonly violations: readonly string[];
  /** pixels that the page is wider than its window */
  readonly overflow: number;
}

const LAUNCH_MS_MAX = 60_000;

export const NO_FAULTS: Faults = { errors: [], violations: [], overflow: 0 };

/** Declares specs that need a browser; where there is none, one in their place that says so. */
export function withBrowser(what: string, declare: (launch: () => Promise<Browser>) => void): void {
  const executablePath = chromiumPath();
  if (executablePath === undefined) it(`${what} (left out: no browser)`, () => leaveOut(what, HOW_TO_GET_CHROMIUM));
  // In a container the shared memory is small, and root has no sandbox.
  else
    declare(() => chromium.launch({ executablePath, timeout: LAUNCH_MS_MAX, args: ['--disable-dev-shm-usage', '--no-sandbox'] }));
}

/** What a page left off asking for when somebody went on to another one is no fault of it. */
const LEFT_OFF = 'net::ERR_ABORTED';

/** A page of a form, and what it has complained of so far. The caller closes its context. `entered`: cookies of who has come in before. */
export async function openPage(
  browser: Browser,
  { width, scheme }: Form,
  entered?: BrowserContextOptions['storageState'],
): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    ...(entered === undefined ? {} : { storageState: entered }),
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`.trimEnd());
  });
  page.on('pageerror', (thrown) => errors.push(thrown.message));
  page.on('requestfailed', (request) => {
    const failure = request.failure()?.errorText ?? 'failed';
    if (failure !== LEFT_OFF) errors.push(`${request.url()}: ${failure}`);
  });
  return { page, errors };
}

/** What is wrong with a page as it stands, apart from what it complained of. */
export async function faultsOf(page: Page): Promise<Omit<Faults, 'errors'>> {
  const root = 'document.documentElement';
  const overflow = await page.evaluate<number>(`${root}.scrollWidth - ${root}.clientWidth`);
  await page.evaluate(AXE);
  const violations = await page.evaluate<string[]>(RUN_AXE);
  return { violations, overflow };
}

/** Opens a page, `name` for its picture, in a form of its own and says what is wrong with it. `file:` URLs are pages, too. */
export async function lookAt(browser: Browser, url: string, name: string, form: Form): Promise<Faults> {
  const { page, errors } = await openPage(browser, form);
  try {
    await page.goto(url, { waitUntil: 'load' });
    await screenshot(page, `${name}-${form.width}-${form.scheme}`);
    // what is folded away is to be well, too
    await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
    return { errors, ...(await faultsOf(page)) };
  } finally {
    await page.context().close();
  }
}

/** Draws the whole page into AITRADER_SCREENSHOTS, if that is set. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['AITRADER_SCREENSHOTS'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Text, since what runs in the page is typed by another library than what runs here. */
const RUN_AXE = `axe
  .run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] })
  .then(({ violations }) =>
    violations.map(({ id, help, nodes }) => id + ': ' + help + ' (' + nodes.slice(0, 5).map(({ target }) => target.join(' ')).join('; ') + ')'))`;
