/**
 * A run with real money in a real browser: that the page says LIVE wherever it is shown, and the form that asks for arming.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runId } from '@aitrader/model';
import { faultsOf, FORMS, NO_FAULTS, screenshot, withBrowser, type Browser, type Form } from '../../../tools/testing/browser.ts';
import { enteredAs, startIssuer, type Issuer } from '../../../tools/testing/openid-people.ts';
import { closeBrowser, onPage, type Work } from '../../../tools/testing/watched-page.ts';
import { beginRun, openConsole, type ConsoleUnderTest } from './testing/open-console.ts';

const START_MS_MAX = 240_000;
const LOOK_MS_MAX = 180_000;
const [LIVE, PAPER] = [runId('live-page'), runId('paper-page')];
const DESK: Form = { width: 1280, scheme: 'dark' };
const SCREENS = [
  ['', 'Mission control'],
  ['/readiness', 'Readiness'],
  ['/risk', 'Risk'],
  ['/proposals', 'Proposals'],
] as const;

describe('the page of a run with real money', () => {
  withBrowser('looking at a run with real money', (launch) => {
    let issuer: Issuer;
    let open: ConsoleUnderTest;
    let browser: Browser;
    let entered: Awaited<ReturnType<typeof enteredAs>>;

    beforeAll(async () => {
      issuer = await startIssuer({ rita: { preferred_username: 'rita', roles: ['aitrader.risk-officer'] } });
      open = await openConsole(issuer.env);
      await beginRun(open.home, LIVE, { name: 'alpaca', account: 'live' });
      await beginRun(open.home, PAPER);
      entered = await enteredAs(open.console.url, 'rita');
      browser = await launch();
    }, START_MS_MAX);
    afterAll(async () => {
      await closeBrowser(browser);
      await open.close();
      issuer.close();
    });

    const on = <T>(where: string, work: Work<T>, form = DESK): Promise<T> =>
      onPage(browser, { form, url: `${open.console.url}${where}`, entered }, work);
    const frameOf = (name: 'live' | 'paper') => `.frame.${name}`;

    it.each(FORMS)(
      'says LIVE in words and by its frame, and breaks no rule of accessibility, at $width pixels, in the $scheme',
      async (form) => {
        const faults: unknown[] = [];
        for (const [screen, title] of SCREENS)
          await on(
            `/runs/${LIVE}${screen}`,
            async (page, errors) => {
              await page.getByRole('heading', { level: 1, name: title }).waitFor();
              await page.locator(`${frameOf('live')} .environment`, { hasText: 'LIVE' }).waitFor();
              await page.locator('[role="status"]', { hasText: /^(Asking|Reading)/ }).waitFor({ state: 'detached' });
              await screenshot(page, `live-${screen.slice(1)}-${form.width}-${form.scheme}`);
              const found = { errors, ...(await faultsOf(page)) };
              if (JSON.stringify(found) !== JSON.stringify(NO_FAULTS)) faults.push({ screen, ...found });
            },
            form,
          );
        expect(faults).toEqual([]);
      },
      LOOK_MS_MAX,
    );

    it(
      'is told from one without',
      () =>
        on(`/runs/${PAPER}`, async (page, errors) => {
          await page.locator(`${frameOf('paper')} .environment`, { hasText: 'PAPER' }).waitFor();
          expect(await page.locator(frameOf('live')).count()).toBe(0);
          expect(errors).toEqual([]);
        }),
      LOOK_MS_MAX,
    );

    it(
      'offers to arm no run without real money, and tells how far it is from it all the same',
      () =>
        on(`/runs/${PAPER}`, async (page, errors) => {
          await page.getByRole('link', { name: 'All gates' }).click();
          await page.getByRole('heading', { level: 1, name: 'Readiness' }).waitFor();
          await page.getByText('it cannot be armed, and is told what one would be').waitFor();
          await page.locator('table[aria-label="Gates before real money"] tr', { hasText: 'paper-days' }).first().waitFor();
          expect(await page.getByRole('list', { name: 'Trading dates, the latest first' }).getByRole('listitem').count()).toBe(
            20,
          );
          expect(await page.getByRole('button', { name: 'Arm…', exact: true }).count()).toBe(0);
          expect(errors).toEqual([]);
        }),
      LOOK_MS_MAX,
    );

    it.each(FORMS)(
      'has a form for arming that shows what is missing, is worked by the keyboard alone, and is refused, at $width pixels, in the $scheme',
      (form) =>
        on(
          `/runs/${LIVE}/readiness`,
          async (page, errors) => {
            const { keyboard } = page;
            await page.getByRole('button', { name: 'Arm…', exact: true }).focus();
            await keyboard.press('Enter');
            const dialog = page.getByRole('alertdialog', { name: 'Arm' });
            await dialog.getByText(/may not be armed: \d+ of 10 gates are not met/).waitFor();
            await dialog.locator('tr.attention', { hasText: 'kill-switch' }).waitFor();
            await screenshot(page, `arm-form-${form.width}-${form.scheme}`);
            expect({ ...(await faultsOf(page)), errors }).toEqual(NO_FAULTS);
            // the first field has the focus as the window opens
            await keyboard.type('it is time');
            await keyboard.press('Tab');
            await keyboard.type(LIVE);
            await keyboard.press('Enter');
            const refusal = dialog.locator('[role="alert"]', { hasText: 'Refused:' });
            await refusal.waitFor();
            expect(await refusal.innerText()).toMatch(/NOT MET\s+paper-days: 0, limit 20/);
            await screenshot(page, `arm-form-refused-${form.width}-${form.scheme}`);
            await keyboard.press('Escape');
            await dialog.waitFor({ state: 'detached' });
          },
          form,
        ),
      LOOK_MS_MAX,
    );
  });
});
