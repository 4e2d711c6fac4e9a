import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPage, type Browser, type Form, type Page } from './browser.ts';

/*
 * Pages of a program that goes on while they are looked at.
 *
 * 1. Nothing is waited for without a bound, the closing of pages and of the browser included.
 * 2. Whatever fails, the page is closed: a stream that stays open takes one of the six connections that a browser has for a host.
 * 3. What fails says what the page had said, where it was, and where its last picture is.
 */

/** What a page is waited for by default: it is a busy machine's bound, not the page's. */
const STEP_MS_MAX = 45_000;
const CLOSE_MS_MAX = 10_000;
const LINES_KEPT = 20;

type StorageState = Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;

/** How a page is opened. */
export interface PageOf {
  readonly form: Form;
  readonly url: string;
  /** what another page had been let in with */
  readonly entered?: StorageState;
}

/** What is done on a page; `errors`: what it complains of. */
export type Work<T> = (page: Page, errors: readonly string[]) => Promise<T>;

/** Opens a page, hands it over with what it complains of, and closes it. @throws Error that says what the page had come to */
export async function onPage<T>(browser: Browser, { form, url, entered }: PageOf, work: Work<T>): Promise<T> {
  const { page, errors } = await openPage(browser, form, entered);
  const said: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.setDefaultTimeout(STEP_MS_MAX);
  try {
    // the stream of a run never ends: `load`, and never until nothing is asked for any more
    await page.goto(url, { waitUntil: 'load' });
    return await work(page, errors);
  } catch (error) {
    throw new Error(await howItWas(error, page, [...errors, ...said]), { cause: error });
  } finally {
    await within(page.context().close());
  }
}

/** Closes a browser, or gives it up: it ends with this process. */
export const closeBrowser = async (browser: Browser | undefined): Promise<void> => {
  if (browser !== undefined) await within(browser.close());
};

async function howItWas(error: unknown, page: Page, said: readonly string[]): Promise<string> {
  const picture = path.join(mkdtempSync(path.join(tmpdir(), 'aitrader-page-')), 'last.png');
  const drawn = await within(page.screenshot({ path: picture, timeout: CLOSE_MS_MAX }));
  return [
    error instanceof Error ? error.message : String(error),
    `the page was at ${page.url()}`,
    `its last picture: ${drawn !== undefined ? picture : 'could not be drawn'}`,
    'it had said:',
    ...(said.length === 0 ? ['nothing'] : said.slice(-LINES_KEPT)),
  ].join('\n');
}

/** What comes in time; undefined of what does not, or fails. */
const within = <T>(asked: Promise<T>): Promise<T | undefined> =>
  Promise.race([asked.catch(() => undefined), sleep(CLOSE_MS_MAX, undefined, { ref: false })]);
