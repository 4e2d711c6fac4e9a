/**
 * A recorded run decided again in a browser: the very digest of its recording, and where another limit would have parted it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memoryHost } from '@aitrader/application-backtest';
import { resultOf } from '@aitrader/application-recordings';
import { withHome, type OpenHome } from '@aitrader/application-supervision';
import { runId } from '@aitrader/model';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import { createLogger, SILENT } from '@aitrader/runtime-telemetry';
import {
  faultsOf,
  FORMS,
  NO_FAULTS,
  openPage,
  screenshot,
  withBrowser,
  type Browser,
  type Page,
} from '../../../tools/testing/browser.ts';
import { COOKIE } from './access.guard.ts';
import { startConsole, type RunningConsole } from './application.ts';
import { consoleEnvironment } from './console-environment.ts';
import { Sessions } from './sessions.ts';

const START_MS_MAX = 240_000;
/** A day is decided within seconds; a machine that is busy takes its time. */
const DECIDED_MS_MAX = 120_000;
const RUN = runId('backtest-sample');

withBrowser('a day decided again in a browser', (launch) => {
  describe('a day decided again in a browser', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'machine-'));
    const before = process.env['AITRADER_HOME'];
    const over = Promise.withResolvers<undefined>();
    let whileOpen: Promise<unknown>;
    let home: OpenHome;
    let console: RunningConsole;
    let browser: Browser;

    beforeAll(async () => {
      process.env['AITRADER_HOME'] = folder;
      const opened = Promise.withResolvers<OpenHome>();
      whileOpen = withHome({ onProgress: () => undefined }, async (open) => {
        opened.resolve(open);
        await over.promise;
      });
      home = await Promise.race([opened.promise, whileOpen.then(() => Promise.reject(new Error('it is closed')))]);
      const config = parseRunConfig({}, 'the configuration of a test');
      await memoryHost(
        { run: RUN, kind: 'backtest', source: { kind: 'sample' }, shards: 2, config, listener: SILENT },
        home,
        true,
      );
      console = await startConsole(consoleEnvironment({}), home, createLogger({ service: 'console', level: 'error' }));
      browser = await launch();
    }, START_MS_MAX);
    afterAll(async () => {
      await browser.close();
      await console.close();
      over.resolve(undefined);
      await whileOpen;
      if (before === undefined) Reflect.deleteProperty(process.env, 'AITRADER_HOME');
      else process.env['AITRADER_HOME'] = before;
      rmSync(folder, { recursive: true, force: true });
    });

    /** The page of the run, once it has decided the day. */
    async function machine(
      form = FORMS[0] ?? { width: 1280, scheme: 'light' as const },
    ): Promise<{ page: Page; errors: string[] }> {
      const opened = await openPage(browser, form);
      const { id } = console.app.get(Sessions).enter({ name: 'viewer', role: 'viewer' }, Date.now());
      await opened.page.context().addCookies([{ name: COOKIE, value: id, url: console.url }]);
      await opened.page.goto(new URL(`/runs/${RUN}/machine`, console.url).href);
      await opened.page.getByRole('heading', { name: 'Decided again in this page' }).waitFor({ timeout: DECIDED_MS_MAX });
      return opened;
    }

    it(
      'comes to the digest of its recording, to the byte',
      async () => {
        const { page, errors } = await machine();
        const { digest } = await resultOf(home.bus, RUN);
        expect(await page.getByText('✓ the same, to the byte').count()).toBe(1);
        expect(await page.locator('code.digest').textContent()).toBe(`${digest.all.slice(0, 16)}…`);
        expect(errors).toEqual([]);
        await page.context().close();
      },
      DECIDED_MS_MAX,
    );

    it(
      'parts under another limit at the first answer that is another one, and says by which gate; and comes back',
      async () => {
        const { page } = await machine();
        const figure = page.getByRole('form', { name: 'Another figure' });
        await figure.getByLabel('Figure').selectOption('risk.symbolNotionalFractionMax');
        await figure.getByLabel(/^Instead of/).fill('0.000001');
        await figure.getByRole('button').click();
        const parts = page.getByRole('region', { name: 'Where it parts' });
        await parts.getByText('denied by SYMBOL_NOTIONAL').waitFor({ timeout: DECIDED_MS_MAX });
        expect(await parts.innerText()).toMatch(
          /: (buy|sell|denied by) \S+ as it was, denied by SYMBOL_NOTIONAL under the changes/,
        );
        await page.getByRole('button', { name: 'Take back risk.symbolNotionalFractionMax' }).click();
        expect(await parts.innerText()).toContain('Change a figure');
        await page.context().close();
      },
      2 * DECIDED_MS_MAX,
    );

    it(
      'parts with another strategy at the first signal that it lacks, and says what a figure may not be',
      async () => {
        const { page, errors } = await machine();
        const figure = page.getByRole('form', { name: 'Another figure' });
        const strategy = page.getByRole('form', { name: 'Another strategy' });
        const parts = page.getByRole('region', { name: 'Where it parts' });
        const day = page.getByRole('table', { name: 'What the day came to' });
        await strategy.getByLabel('is to be').selectOption('none');
        await strategy.getByRole('button').click();
        await parts.getByText('no such signal').first().waitFor({ timeout: DECIDED_MS_MAX });
        expect(await day.getByRole('row').nth(2).innerText()).toMatch(/^under the changes\s+0\s+0\s+0\s+0\s/);
        await strategy.getByLabel('is to be').selectOption('mean-reversion');
        await strategy.getByRole('button').click();
        await page.getByText('breakout → mean-reversion').waitFor();
        await strategy.getByText('Decide again').waitFor({ timeout: DECIDED_MS_MAX });
        await figure.getByLabel('Figure').selectOption('strategies.0.parameters.horizonMinutes');
        await figure.getByLabel(/^Instead of/).fill('-1');
        await figure.getByRole('button').click();
        await page.getByRole('alert').getByText('parameters.horizonMinutes is -1').waitFor({ timeout: DECIDED_MS_MAX });
        await page.getByRole('button', { name: 'Take back strategies.0.kind' }).click();
        expect([await parts.innerText(), await page.getByRole('list', { name: 'Changes' }).count()]).toEqual([
          expect.stringContaining('Change a figure or a strategy'),
          0,
        ]);
        expect(errors).toEqual([]);
        await page.context().close();
      },
      3 * DECIDED_MS_MAX,
    );

    it.each(FORMS)(
      'reads well at $width pixels, in the $scheme, with why of a minute open',
      async (form) => {
        const { page, errors } = await machine(form);
        await page.getByRole('button', { name: /^Why at/ }).click();
        await page.locator('ol.chain').waitFor({ timeout: DECIDED_MS_MAX });
        // what stands still covers what is scrolled beneath it
        await page.evaluate('scrollTo(0, 0)');
        await screenshot(page, `time-machine-${form.width}-${form.scheme}`);
        expect({ errors, ...(await faultsOf(page)) }).toEqual(NO_FAULTS);
        await page.context().close();
      },
      2 * DECIDED_MS_MAX,
    );
  });
});
