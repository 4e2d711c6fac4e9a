/**
 * A run with real money, at a simulated Alpaca, with its five services, armed from the console by two people whom a real issuer names:
 * 1. A viewer sees it and commands nothing; a risk officer is refused while a gate is not met, and nobody is asked then.
 * 2. Once it is ready, one asks by the form and the keyboard alone, cannot approve it, and another one does.
 * 3. The first one's page says where it is recorded, and from when on it is in force. One operator takes it back.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProposalRow, ReadinessPart } from '@aitrader/application-console';
import { ALPACA_PAPER, SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { faultsOf, NO_FAULTS, screenshot, withBrowser, type Browser, type Form } from '../../../tools/testing/browser.ts';
import { enteredAs, Insider, startIssuer, type Issuer } from '../../../tools/testing/openid-people.ts';
import { closeBrowser, onPage } from '../../../tools/testing/watched-page.ts';
import { commandUnderTest, processesOf, type CommandUnderTest, type Running } from './testing/command-under-test.ts';
import { approveLimits, writeCleanDays } from './testing/made-ready.ts';
import { SimulatedAlpacaDay } from './testing/simulated-alpaca-day.ts';

const START_MS_MAX = 240_000;
const ARMED_MS_MAX = 300_000;
const [DATE, SHOWS, SPEED] = ['2024-07-02', '2024-07-02T10:20:00-04:00', 30];
const DESK: Form = { width: 1280, scheme: 'dark' };
/** As many tries as a busy machine may need to look at a run in the seconds after a minute, which are short at this speed. */
const TRIES_MAX = 60;
const POLL_MS = 250;
const person = (name: string, role: string): object => ({ preferred_username: name, roles: [`aitrader.${role}`] });

describe('arming from the console', () => {
  withBrowser('arming from the console', (launch) => {
    let day: SimulatedAlpacaDay;
    let aitrader: CommandUnderTest;
    let issuer: Issuer;
    let browser: Browser;
    let running: Running;
    let console: Running;
    let url = '';
    let run = '';
    let [vera, olaf, rita, ruth] = [] as unknown as [Insider, Insider, Insider, Insider];

    beforeAll(async () => {
      day = await SimulatedAlpacaDay.begin({ symbols: ['AAA'], shows: SHOWS, speed: SPEED });
      aitrader = await commandUnderTest({ ...day.environment, AITRADER_GATEWAY_AGE_MS: String(2_000 * SPEED) });
      issuer = await startIssuer({
        ...{ vera: person('vera', 'viewer'), olaf: person('olaf', 'operator') },
        ...{ rita: person('rita', 'risk-officer'), ruth: person('ruth', 'risk-officer') },
      });
      writeFileSync(
        path.join(aitrader.folder, 'live.json'),
        JSON.stringify({ risk: SIMULATED_DEFAULTS.risk, broker: ALPACA_PAPER }),
      );
      const market = ['--vendor', 'alpaca', '--symbols', 'AAA', '--history', '0', '--config', 'live.json'];
      running = aitrader.start('paper', '--broker', 'alpaca', '--broker-account', 'live', ...market, '--json');
      await until(running, () => (run = processesOf(aitrader.home)?.run ?? '') !== '');
      const log = path.join(aitrader.home, 'logs', run, 'ingest.log');
      await until(running, () => existsSync(log) && readFileSync(log, 'utf8').includes('"message":"connected"'));
      url = issuer.env['AITRADER_CONSOLE_URL'] ?? '';
      console = aitrader.startWith(issuer.env, 'console', '--port', String(issuer.consolePort));
      await until(console, async () => (await fetch(url).catch(() => undefined))?.ok === true);
      [vera, olaf, rita, ruth] = await Promise.all(
        ['vera', 'olaf', 'rita', 'ruth'].map((who) => Insider.enter(url, who)) as [
          Promise<Insider>,
          Promise<Insider>,
          Promise<Insider>,
          Promise<Insider>,
        ],
      );
      browser = await launch();
    }, START_MS_MAX);
    afterAll(async () => {
      await closeBrowser(browser);
      issuer.close();
      aitrader.cleanUp();
      await day.end();
    });

    async function until(going: Running, met: () => boolean | Promise<boolean>): Promise<void> {
      let ended: string | undefined;
      void going.finished.then(({ stderr }) => (ended = stderr));
      while (!(await met())) {
        if (ended !== undefined) throw new Error(`it ended: ${ended}`);
        await sleep(POLL_MS);
      }
    }

    const at = (where: string): string => `/api/runs/${run}/${where}`;
    const arming = (): object => ({ kind: 'arm', reason: 'it is time', confirm: run });
    const readiness = async (): Promise<ReadinessPart> => (await (await vera.ask(at('readiness'))).json()) as ReadinessPart;
    const proposals = async (): Promise<readonly ProposalRow[]> =>
      (await (await vera.ask(at('proposals'))).json()) as readonly ProposalRow[];
    /** Asks until it is answered by a status: a run that is ready may have a minute on its way just now. */
    async function tries(status: number, ask: () => Promise<Response>): Promise<Response> {
      let words = '';
      for (let i = 0; i < TRIES_MAX; i++, await sleep(POLL_MS)) {
        const answer = await ask();
        if (answer.status === status) return answer;
        words = `${answer.status} ${await answer.text()}`;
      }
      throw new Error(`it was not answered by ${status}: ${words}`);
    }

    it('1. is seen by a viewer, who commands nothing', async () => {
      expect(await (await vera.ask(`/api/runs/${run}`)).json()).toMatchObject({ run, kind: 'live', isLive: true });
      expect((await vera.tell(at('commands'), { kind: 'halt', reason: 'a test' })).status).toBe(403);
      expect((await olaf.tell(at('commands'), arming())).status).toBe(403);
    });

    it(
      '1. is refused while a gate is not met, and comes to be ready by what is on record',
      async () => {
        const early = await rita.tell(at('commands'), arming());
        const words = await early.text();
        expect([early.status, words]).toEqual([400, expect.stringContaining('NOT MET  paper-days: 0, limit 20')]);
        expect(await proposals()).toEqual([]);
        expect(await readiness()).toMatchObject({ isReady: false, cleanDays: 0, armed: null, date: DATE });
        writeCleanDays(aitrader.home, DATE, 20);
        expect(await approveLimits(aitrader, run, words)).toMatchObject({ code: 0 });
        expect((await vera.tell(at('readiness/kill-switch'), {})).status).toBe(403);
        for (let i = 0; i < TRIES_MAX && !(await readiness()).isReady; i++)
          expect((await olaf.tell(at('readiness/kill-switch'), {})).status).toBe(204);
        const { isReady, cleanDays, approval, killSwitch } = await readiness();
        expect({ isReady, cleanDays, hash: approval?.hash.slice(0, 6), tested: killSwitch?.date }).toEqual({
          ...{ isReady: true, cleanDays: 20, tested: DATE },
          hash: /limits: ([0-9a-f]{6})/.exec(words)?.[1],
        });
      },
      ARMED_MS_MAX,
    );

    it(
      '2. takes two, and the first one’s page says when it is in force',
      async () =>
        onPage(
          browser,
          { form: DESK, url: `${url}/runs/${run}/readiness`, entered: await enteredAs(url, 'rita') },
          async (page) => {
            const { keyboard } = page;
            await page.locator('.frame.live .environment', { hasText: 'LIVE' }).waitFor();
            await page.getByRole('button', { name: 'Arm…', exact: true }).focus();
            await keyboard.press('Enter');
            const dialog = page.getByRole('alertdialog', { name: 'Arm' });
            await dialog.getByText('All 10 gates are met').waitFor();
            await screenshot(page, 'arm-ready');
            expect(await faultsOf(page)).toEqual({ violations: NO_FAULTS.violations, overflow: 0 });
            await keyboard.type('it is time');
            await keyboard.press('Tab');
            await keyboard.type(run);
            for (let i = 0; i < TRIES_MAX; i++) {
              const answer = page.waitForResponse((one) => one.url().endsWith('/commands'));
              await keyboard.press('Enter');
              if ((await answer).status() === 200) break;
              await dialog.getByText('Refused:').waitFor();
              await dialog.getByLabel(/^Type/).focus();
            }
            await dialog.getByText('by a second person').waitFor();
            const [row] = await proposals();
            if (row === undefined) throw new Error('nothing was asked for');
            expect(row).toMatchObject({ kind: 'arm', by: 'rita', from: 'person', needs: 'risk-officer', standing: 'open' });
            const decided = { hash: row.hash, reason: 'the gates are met', confirm: run };
            const approving = at(`proposals/${row.key}/approve`);
            for (const [who, status] of [
              [rita, 400],
              [await Insider.enter(url, 'rita'), 400],
              [olaf, 403],
              [vera, 403],
            ] as const)
              expect((await who.tell(approving, decided)).status).toBe(status);
            expect(await readiness()).toMatchObject({ armed: null });
            const { seq } = (await (await tries(200, () => ruth.tell(approving, decided))).json()) as { readonly seq: number };
            await dialog.getByText(`as message ${seq.toLocaleString('en-US')}`).waitFor();
            await dialog.getByText('from the interval that closed at').waitFor();
            await screenshot(page, 'arm-in-force');
            const reason = 'it is time (asked for by rita, approved by ruth: the gates are met)';
            expect(await readiness()).toMatchObject({ armed: { by: 'ruth', reason, date: DATE } });
            await dialog.getByRole('button', { name: 'Close' }).click();
            await page.getByText('● REAL MONEY').waitFor();
            await screenshot(page, 'armed');
          },
        ),
      ARMED_MS_MAX,
    );

    it(
      '3. is not tested for its kill switch while it is armed, and one operator takes it back',
      async () => {
        const test = await olaf.tell(at('readiness/kill-switch'), {});
        expect([test.status, await test.text()]).toEqual([400, expect.stringContaining('would disarm it')]);
        expect((await olaf.tell(at('commands'), { kind: 'disarm', reason: 'enough' })).status).toBe(200);
        expect(await readiness()).toMatchObject({ armed: null });
        // the run's process has the bus, and waits for who uses it
        for (const { child } of [running, console]) child.kill('SIGINT');
        for (const { finished } of [running, console]) expect(await finished).toMatchObject({ code: 0 });
        expect(await aitrader.json('verify', run)).toMatchObject({ verified: true });
      },
      ARMED_MS_MAX,
    );
  });
});
