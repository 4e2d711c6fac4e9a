/**
 * The operator's console in a real browser, over a run that goes on meanwhile: five services, a bus, a console of their own processes.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  faultsOf,
  FORMS,
  NO_FAULTS,
  screenshot,
  withBrowser,
  type Browser,
  type Form,
  type Page,
} from '../../../tools/testing/browser.ts';
import { closeBrowser, onPage } from '../../../tools/testing/watched-page.ts';
import { withHome } from '@aitrader/application-supervision';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';
import { consoleUnderTest } from './testing/console-under-test.ts';

const START_MS_MAX = 240_000;
const LOOK_MS_MAX = 180_000;
const SCREENS_MS_MAX = 480_000;
/** No promise, but something is broken when a halt takes longer to be shown, on whatever machine. */
const SHOWN_MS_MAX = 30_000;
/** A page waits for more than the processor. */
const PAGES_AT_ONCE = 3;
const DESK: Form = { width: 1280, scheme: 'dark' };

/** Every screen: its path behind the run's, the words of its heading. The screens of the home begin with a slash. */
const SCREENS = [
  ['', 'Mission control'],
  ['readiness', 'Readiness'],
  ['trace?day=2024-07-02&time=09:40', 'Trace'],
  ['ingest', 'Ingest'],
  ['ingest?tab=gaps', 'Ingest'],
  ['ingest?tab=process', 'Ingest'],
  ['probability', 'Probability'],
  ['strategy', 'Strategy'],
  ['risk', 'Risk'],
  ['risk?tab=gates', 'Risk'],
  ['risk?tab=limits', 'Risk'],
  ['risk?tab=process', 'Risk'],
  ['execution', 'Execution'],
  ['execution?tab=fills', 'Execution'],
  ['portfolio', 'Portfolio'],
  ['symbols/SYN01', 'SYN01'],
  ['why', 'Why'],
  ['machine', 'Time machine'],
  ['proposals', 'Proposals'],
  ['audit', 'Audit'],
  ['/runs', 'Recordings'],
  ['/backtests', 'Backtests'],
  ['/backtests?tab=sweeps', 'Backtests'],
  ['/history', 'History'],
  ['/history?tab=fills', 'History'],
  ['/history?tab=gates', 'History'],
  ['/runbooks', 'Runbooks'],
] as const;

describe('the console', () => {
  withBrowser('looking at the console', (launch) => {
    let aitrader: CommandUnderTest | undefined;
    let browser: Browser;
    let run = '';
    let base = '';
    let entered: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;

    beforeAll(async () => {
      aitrader = await commandUnderTest();
      browser = await launch();
      const console = await consoleUnderTest(aitrader);
      run = console.run;
      base = new URL(console.entrance).origin;
      // who comes in by the address that was printed is led to the run that goes on
      entered = await onPage(browser, { form: DESK, url: console.entrance }, async (page) => {
        await page.waitForURL(`${base}/runs/${run}`);
        return page.context().storageState();
      });
    }, START_MS_MAX);
    afterAll(async () => {
      await closeBrowser(browser);
      aitrader?.cleanUp();
    });

    const at = (screen: string): string => (screen.startsWith('/') ? base + screen : `${base}/runs/${run}/${screen}`);
    const on = <T>(screen: string, work: (page: Page, errors: readonly string[]) => Promise<T>, form = DESK): Promise<T> =>
      onPage(browser, { form, url: at(screen), entered }, work);
    const mode = (page: Page, words: string) => page.locator('.mode .badge', { hasText: words });

    it(
      'shows the first fill, where nobody has asked for it',
      () =>
        on('', async (page, errors) => {
          await page.locator('table[aria-label="Fills"] tbody tr').first().waitFor();
          expect(errors).toEqual([]);
        }),
      LOOK_MS_MAX,
    );

    it(
      'tells of each service how much it handles, how long that takes, and what went wrong',
      () =>
        on('', async (page, errors) => {
          const tiles = page.getByRole('list', { name: 'Pipeline' }).getByRole('link');
          expect(await tiles.count()).toBe(5);
          // a rate takes two looks, and ingest asks the bus for nothing
          for (const [i, askedAgain] of ['–', '\\d+', '\\d+', '\\d+', '\\d+'].entries()) {
            const took = '[≤>] [\\d.]+ m?s';
            const says = `handled\\s*[\\d,.]+/min\\s*last\\s*\\d+ s ago\\s*p50\\s*${took}\\s*p99\\s*${took}\\s*asked again\\s*${askedAgain}\\s*errors\\s*(✕ )?\\d`;
            await tiles
              .nth(i)
              .filter({ hasText: new RegExp(says) })
              .waitFor();
          }
          await tiles.nth(3).click();
          await page.getByRole('link', { name: /^How long it takes/ }).click();
          await page.locator('table[aria-label="how long risk takes"] tbody tr').first().waitFor();
          await page.getByText('drawdownFractionHalt').waitFor();
          await page.reload();
          await page.getByRole('table', { name: 'instances of risk' }).getByText('of the account').waitFor();
          expect(errors).toEqual([]);
        }),
      LOOK_MS_MAX,
    );

    it(
      'follows an interval from mission control, and from a denial, through the stages: each message, and when it was stored',
      () =>
        on('', async (page, errors) => {
          await page.locator('table[aria-label="Denials"] tbody tr').first().waitFor();
          await page.getByRole('link', { name: /^Follow the interval of/ }).click();
          const way = page.getByRole('table', { name: 'The way of the interval' }).locator('tbody tr');
          await way.filter({ hasText: 'orders' }).last().waitFor();
          await page.goto(at('risk'));
          await page.locator('table[aria-label="denials"] .row-opener').first().click();
          await page.getByRole('link', { name: /way through the stages$/ }).click();
          await way.filter({ hasText: 'denials' }).first().waitFor();
          const [first] = await way.allInnerTexts();
          expect(first).toMatch(/^ingest 0\s+bars\s+\d+ bars?\s+[\d,]+\s+\d\d:\d\d:\d\d\.\d{3}\s+\+0\.0 ms/);
          const [before, words] = [page.url(), await way.last().innerText()];
          await page.reload();
          await way.last().waitFor();
          expect([page.url(), await way.last().innerText()]).toEqual([before, words]);
          expect(errors).toEqual([]);
        }),
      LOOK_MS_MAX,
    );

    it(
      'tells in two clicks why risk refused: each gate with what it found, and against what',
      () =>
        on('', async (page, errors) => {
          await page.locator('table[aria-label="Denials"] tbody tr').first().waitFor();
          await page.getByRole('link', { name: 'All denials' }).click();
          await page.locator('table[aria-label="denials"] .row-opener').first().click();
          const refusal = page.locator('table[aria-label="Gates"] tbody tr.attention').first();
          await refusal.waitFor();
          const [gate, verdict, value, limit] = await refusal.locator('th, td').allInnerTexts();
          expect(gate).toMatch(/^[A-Z_0-9]+\s/);
          expect(verdict).toMatch(/deny|unknown/);
          expect(value).not.toBe('');
          expect(limit).not.toBe('');
          expect(errors).toEqual([]);
        }),
      LOOK_MS_MAX,
    );

    it(
      'halts by the kill switch: requested, recorded, and in force when the run says so',
      () =>
        on('', async (page, errors) => {
          await mode(page, 'ACTIVE').waitFor();
          await page.getByRole('button', { name: 'Kill switch' }).click();
          await page.getByLabel('Reason', { exact: true }).fill('a drill');
          const clicked = performance.now();
          await page.getByRole('button', { name: 'Halt now' }).click();
          await page.getByText(/as message [\d,]+/).waitFor();
          const recorded = performance.now() - clicked;
          await page.getByText('from the interval that closed at').waitFor();
          await mode(page, 'HALTED').waitFor();
          const shown = performance.now() - clicked;
          process.stdout.write(
            `a halt of the page: recorded after ${recorded.toFixed(0)} ms, in force and shown after ${shown.toFixed(0)} ms\n`,
          );
          expect(shown).toBeLessThan(SHOWN_MS_MAX);
          await page.getByRole('button', { name: 'Close' }).click();
          await page.getByRole('link', { name: 'Audit' }).click();
          const row = page.locator('table[aria-label="commands"] tbody tr').first();
          await row.filter({ hasText: 'in force' }).waitFor();
          expect(await row.innerText()).toMatch(/halt[\s\S]*a drill/);
          expect(errors).toEqual([]);
        }),
      LOOK_MS_MAX,
    );

    it(
      'resumes neither without a reason nor without the name of the run',
      () =>
        on('risk', async (page) => {
          await page.getByRole('button', { name: 'Resume…' }).click();
          const dialog = page.getByRole('dialog');
          const resume = dialog.getByRole('button', { name: 'Resume' });
          await resume.click();
          await dialog.getByText('Please fill out this field.').first().waitFor();
          await dialog.getByLabel('Reason', { exact: true }).fill('all clear');
          await dialog.getByLabel(/^Type/).fill('another run');
          await resume.click();
          expect(await dialog.getByText('Refused:').innerText()).toContain('the name of the run has to be typed');
          await page.keyboard.press('Escape');
          await mode(page, 'HALTED').waitFor();
        }),
      LOOK_MS_MAX,
    );

    it(
      'keeps its place when it is loaded anew',
      () =>
        on('', async (page, errors) => {
          await page.goto(at('risk'));
          await page.locator('table[aria-label="denials"] .row-opener').first().click();
          await page.getByLabel('Search denials').fill('SYN');
          await page.locator('table[aria-label="Gates"]').waitFor();
          const [before, gates] = [page.url(), await page.locator('.beside p.body').innerText()];
          await page.reload();
          await page.locator('table[aria-label="Gates"]').waitFor();
          expect([page.url(), await page.locator('.beside p.body').innerText()]).toEqual([before, gates]);
          expect(await page.getByLabel('Search denials').inputValue()).toBe('SYN');
          expect(errors).toEqual([]);
        }),
      LOOK_MS_MAX,
    );

    it(
      'is worked by the keyboard alone: the kill switch, the palette, the rows of a table',
      () =>
        on('', async (page, errors) => {
          await mode(page, 'HALTED').waitFor();
          const { keyboard } = page;
          await keyboard.press('Shift+K');
          await page.getByRole('alertdialog', { name: 'Kill switch' }).waitFor();
          await keyboard.type('by hand');
          expect(await page.getByLabel('Reason', { exact: true }).inputValue()).toBe('by hand');
          await keyboard.press('Escape');
          await page.getByRole('alertdialog').waitFor({ state: 'detached' });
          await keyboard.press('Control+k');
          await page.getByRole('dialog').waitFor();
          await keyboard.type('Execution');
          await page.getByRole('menuitem', { name: 'Execution' }).waitFor();
          await keyboard.press('ArrowDown');
          await keyboard.press('Enter');
          await page.getByRole('heading', { level: 1, name: 'Execution' }).waitFor();
          await page.locator('main .row-opener').first().waitFor();
          await keyboard.press('j');
          await keyboard.press('Enter');
          await page.locator('.beside h2').waitFor();
          expect(errors).toEqual([]);
        }),
      LOOK_MS_MAX,
    );

    it(
      'takes a command that is given before it knows who is looking',
      () =>
        on('', async (page) => {
          const known = Promise.withResolvers<undefined>();
          await page.route('**/api/session', async (route) => {
            await known.promise;
            await route.continue();
          });
          await page.reload();
          await mode(page, 'HALTED').waitFor();
          await page.keyboard.press('Shift+K');
          await page.getByText('Reduce only').click();
          await page.getByLabel('Reason', { exact: true }).fill('in a hurry');
          await page.getByRole('button', { name: 'Reduce only now' }).click();
          await page.getByText('awaited').waitFor();
          known.resolve(undefined);
          await page.getByText(/as message [\d,]+/).waitFor();
          expect(await page.getByText('Refused:').count()).toBe(0);
        }),
      LOOK_MS_MAX,
    );

    it(
      'has what an agent proposed approved by a person: recorded under both names, and in force',
      async () => {
        const { propose } = await import('@aitrader/application-agents');
        const command = { kind: 'cancel', reason: 'the spread is wide', symbols: ['SYN01'] };
        process.env['AITRADER_HOME'] = aitrader?.home;
        for (const by of ['helper', 'another'])
          await withHome({ as: 'operator', onProgress: () => undefined }, (open) =>
            propose(open, { run, by, command }, Date.now()),
          );
        await on('proposals?sort=by', async (page, errors) => {
          await page.getByRole('button', { name: 'cancel' }).nth(1).click();
          await page.getByText('Entries at work of SYN01 are called off').waitFor();
          await page.getByLabel('Reason', { exact: true }).fill('so it is');
          await screenshot(page, 'console-proposal');
          await page.getByRole('button', { name: 'Approve' }).click();
          await page.getByText('from the interval that closed at').waitFor();
          await page.getByText('✓ approved').first().waitFor();
          await page.getByRole('link', { name: 'Audit' }).click();
          const row = page.locator('table[aria-label="commands"] tbody tr').first();
          await row.filter({ hasText: 'in force' }).waitFor();
          expect(await row.innerText()).toMatch(/the spread is wide \(proposed by helper, approved by \S+: so it is\)/);
          expect(errors).toEqual([]);
        });
      },
      LOOK_MS_MAX,
    );

    it(
      'begins a backtest from a form, tells how far it has come, and leads to what it left',
      () =>
        on('/backtests', async (page, errors) => {
          await page.getByLabel('To, YYYY-MM-DD').fill('2024-07-02');
          await page.getByRole('button', { name: 'Begin' }).click();
          const job = page.getByRole('list', { name: 'Started here' }).getByRole('listitem').first();
          await job.getByText('✓ done').waitFor();
          await job.getByRole('link', { name: /^backtest-/ }).click();
          await page.getByRole('heading', { level: 1, name: 'Mission control' }).waitFor();
          await page.getByText('BACKTEST', { exact: true }).waitFor();
          expect(errors).toEqual([]);
        }),
      LOOK_MS_MAX,
    );

    it(
      'replays a recording from the list of all, tells how far it has come, and holds its digest against the recording’s',
      () =>
        on('/runs?q=backtest', async (page, errors) => {
          await page
            .getByRole('button', { name: /^Replay backtest-/ })
            .first()
            .click();
          const job = page.getByRole('list', { name: 'Started here' }).getByRole('listitem').first();
          await job.getByRole('progressbar').waitFor();
          await job.getByText('✓ the digest of its recording').waitFor();
          await job.getByText('✓ done').waitFor();
          await job.getByRole('link', { name: /^replay-/ }).click();
          await page.getByText('REPLAY', { exact: true }).waitFor();
          expect(errors).toEqual([]);
        }),
      LOOK_MS_MAX,
    );

    it.each(FORMS)(
      'breaks no rule of accessibility at $width pixels, in the $scheme',
      async (form) => {
        const faults: unknown[] = [];
        const look = ([screen, title]: (typeof SCREENS)[number]): Promise<void> =>
          on(
            screen,
            async (page, errors) => {
              await page.getByRole('heading', { level: 1, name: title }).waitFor();
              // an empty screen breaks few rules
              if (!screen.startsWith('/')) await page.locator('.freshness:not(.stale)').waitFor();
              await page.locator('[role="status"]', { hasText: /^(Asking|Reading)/ }).waitFor({ state: 'detached' });
              await screenshot(page, `console-${screen.replaceAll(/\W+/g, '-')}-${form.width}-${form.scheme}`);
              const found = { errors, ...(await faultsOf(page)) };
              if (JSON.stringify(found) !== JSON.stringify(NO_FAULTS)) faults.push({ screen, ...found });
            },
            form,
          );
        const left = [...SCREENS];
        const lane = async (): Promise<void> => {
          for (let next = left.shift(); next !== undefined; next = left.shift()) await look(next);
        };
        await Promise.all(Array.from({ length: PAGES_AT_ONCE }, lane));
        expect(faults).toEqual([]);
      },
      SCREENS_MS_MAX,
    );
  });
});
