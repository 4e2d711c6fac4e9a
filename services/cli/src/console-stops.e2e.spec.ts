/**
 * What a run stands on is stopped, one after the other, and the page says so: by itself, within seconds, and its figures are shown as old.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withBrowser, type Browser, type Page } from '../../../tools/testing/browser.ts';
import { closeBrowser, onPage } from '../../../tools/testing/watched-page.ts';
import { commandUnderTest, processesOf, type CommandUnderTest } from './testing/command-under-test.ts';
import { consoleUnderTest } from './testing/console-under-test.ts';

const START_MS_MAX = 240_000;
const STOP_MS_MAX = 180_000;
/** Within 5 s on a machine that has nothing else to do. */
const SAID_MS_MAX = 10_000;
const DESK = { width: 1280, scheme: 'dark' } as const;

describe('the console says it when there stops', () => {
  withBrowser('looking at what stops', (launch) => {
    let aitrader: CommandUnderTest;
    let browser: Browser;
    let paper: number | undefined;
    let url = '';
    let entered: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;
    const stopped = new Set<number>();

    beforeAll(async () => {
      aitrader = await commandUnderTest({ AITRADER_JOURNAL: 'on' });
      // for the user whom Postgres runs as
      chmodSync(aitrader.folder, 0o755);
      browser = await launch();
      const console = await consoleUnderTest(aitrader, ['--broker', 'exchange']);
      paper = console.paper.child.pid;
      url = `${new URL(console.entrance).origin}/runs/${console.run}`;
      entered = await onPage(browser, { form: DESK, url: console.entrance }, async (page) => {
        await page.waitForURL(url);
        return page.context().storageState();
      });
    }, START_MS_MAX);
    afterAll(async () => {
      for (const pid of stopped) go(pid);
      await closeBrowser(browser);
      aitrader.cleanUp();
    });

    const go = (pid: number): void => {
      process.kill(pid, 'SIGCONT');
      stopped.delete(pid);
    };
    const recordIn = (file: string): number => (JSON.parse(readFileSync(file, 'utf8')) as { readonly pid: number }).pid;
    const postgres = (): number => {
      const folder = path.join(aitrader.home, 'postgres');
      return recordIn(path.join(folder, readdirSync(folder).find((name) => /^\d+$/.test(name)) ?? '', 'server.json'));
    };
    const stage = (name: string): number => processesOf(aitrader.home)?.pids[name] ?? 0;
    /** A program that `paper` has started beside itself. */
    const beside = (program: string): number => {
      const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(paper)], { encoding: 'utf8' });
      return Number.parseInt(stdout.split('\n').find((line) => line.includes(program)) ?? '', 10);
    };

    it.each<readonly [string, () => number, string, boolean]>([
      ['Postgres', postgres, '.lights :text("database silent")', false],
      ['a service', () => stage('probability'), '.lights :text("services 4/5")', false],
      ['the broker', () => beside('paper-broker.js'), '.freshness.stale:has-text("the run stands still")', true],
      [
        'the bus',
        () => recordIn(path.join(aitrader.home, 'nats', 'server.json')),
        '.freshness.stale:has-text("the bus is lost")',
        true,
      ],
      ['the console itself', () => beside('console.js'), '.freshness.stale:has-text("the console is not heard")', true],
    ])(
      '%s; and that it is back',
      (what, pidOf, says, isStale) =>
        onPage(browser, { form: DESK, url, entered }, async (page) => {
          await page.locator('table[aria-label="Fills"] tbody tr').first().waitFor();
          await page.locator('.lights :text("services 5/5")').waitFor();
          if (what === 'Postgres') await page.locator('.lights :text("database answers")').waitFor();
          await page.locator('.freshness:not(.stale)').waitFor();
          const pid = pidOf();
          expect(pid).toBeGreaterThan(1);
          stopped.add(pid);
          process.kill(pid, 'SIGSTOP');
          const since = performance.now();
          await page.locator(says).waitFor({ timeout: SAID_MS_MAX });
          const saidAfter = performance.now() - since;
          const isGrey = await page.evaluate<string>('document.documentElement.dataset.stale');
          process.stdout.write(`${what} was stopped: the page said so after ${saidAfter.toFixed(0)} ms\n`);
          expect(isGrey).toBe(String(isStale));
          go(pid);
          await page.locator(says).waitFor({ state: 'detached' });
          await page.locator('.freshness:not(.stale)').waitFor();
        }),
      STOP_MS_MAX,
    );
  });
});
