/**
 * The pages that commands write, in a real browser: at a desk and on a telephone, in the light and in the dark, nothing complains, nothing
 * breaks the rules of accessibility, and no page is wider than its window.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FORMS, lookAt, NO_FAULTS, withBrowser, type Browser } from '../../../tools/testing/browser.ts';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';
import { EAGER } from './testing/eager-rules.ts';

const RUN_MS_MAX = 240_000;
const LOOK_MS_MAX = 120_000;
const PAGES = ['report', 'compare', 'parity', 'calibration'] as const;
/** Rules under which the same market is traded otherwise. */
const OTHERWISE = { ...EAGER, risk: { ...EAGER.risk, kellyFraction: 0.02 } };

describe('pages in a browser', () => {
  withBrowser('looking at the pages of a run', (launch) => {
    let aitrader: CommandUnderTest;
    let browser: Browser;
    const pages = new Map<string, string>();

    beforeAll(async () => {
      [aitrader, browser] = [await commandUnderTest(), await launch()];
      const at = (name: string): string => path.join(aitrader.folder, name);
      await writeFile(at('eager.json'), JSON.stringify(EAGER));
      await writeFile(at('otherwise.json'), JSON.stringify(OTHERWISE));
      const backtest = (config: string) => aitrader.json('backtest', '--bars', 'sample', '--record', '--config', at(config));
      const [{ run }, other] = [await backtest('eager.json'), await backtest('otherwise.json')];
      await aitrader.json('report', run, '--out', at('report'));
      await aitrader.json('report', '--compare', run, other.run, '--out', at('compare'));
      await aitrader.json('parity', run, '--config', at('otherwise.json'), '--out', at('parity'));
      await aitrader.json('calibrate', '--bars', 'sample', '--symbols', 'SYN01', '--out', at('calibration.html'));
      for (const page of PAGES) pages.set(page, at(page === 'calibration' ? 'calibration.html' : `${page}/report.html`));
    }, RUN_MS_MAX);
    afterAll(async () => {
      await browser.close();
      aitrader.cleanUp();
    });

    it.each(PAGES.flatMap((page) => FORMS.map((form) => [page, form.width, form.scheme, form] as const)))(
      'are well: the %s at %d pixels in the %s',
      async (page, _, __, form) => {
        expect(await lookAt(browser, pathToFileURL(pages.get(page) ?? '').href, page, form)).toEqual(NO_FAULTS);
      },
      LOOK_MS_MAX,
    );
  });
});
