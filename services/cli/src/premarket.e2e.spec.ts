/** What the schedule looks at before the open, as a command: of a vendor of our own, on a clock that shows half past eight. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newYorkAt } from '../../../tools/testing/new-york-clock.ts';
import { replayServer, type ReplayServer } from '../../../tools/testing/replay-server.ts';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';

const START_MS_MAX = 240_000;
const [BEFORE, DATE] = ['2026-03-06', '2026-03-09'];
const KEYS = { APCA_API_KEY_ID: 'PKPREMARKET000001', APCA_API_SECRET_KEY: 'secret/of/premarket' };
const NO_KEYS = { APCA_API_KEY_ID: '', APCA_API_SECRET_KEY: '' };
const bar = (date: string, time: string, c: number, v: number) => ({
  ...{ t: new Date(newYorkAt(date, time)).toISOString(), o: c, h: c, l: c, c, v },
});
const BARS = {
  AAPL: [bar(BEFORE, '15:59', 200, 1000), bar(DATE, '07:59', 202, 300)],
  MSFT: [bar(BEFORE, '15:59', 400, 1000), bar(DATE, '08:00', 380, 50)],
  TSLA: [bar(BEFORE, '15:59', 300, 1000)],
};

describe('before the open', () => {
  let aitrader: CommandUnderTest;
  let server: ReplayServer;
  beforeAll(async () => {
    server = await replayServer();
    server.answerWith(() => ({ body: JSON.stringify({ bars: BARS, next_page_token: null }) }));
    const clock = { shows: new Date(newYorkAt(DATE, '08:30')).toISOString(), at: Date.now(), speed: 1 };
    aitrader = await commandUnderTest({
      ...{ ...NO_KEYS, ...KEYS, AITRADER_ALPACA_URL: server.base },
      AITRADER_CLOCK: JSON.stringify(clock),
    });
  }, START_MS_MAX);
  afterAll(async () => {
    await server.close();
    aitrader.cleanUp();
  });
  const asked = (...more: string[]): string[] => [
    'premarket',
    '--vendor',
    'alpaca',
    '--symbols',
    'AAPL,MSFT,TSLA',
    '--date',
    DATE,
    ...more,
  ];

  it(
    'the gaps of the symbols are told, the widest first, and kept for people and for programs',
    async () => {
      const { code, stdout, stderr } = await aitrader.run(...asked('--out', 'scan'));
      expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
      const lines = stdout.trimEnd().split('\n');
      expect(lines[0]).toMatch(/^2026-03-09 before the open, up to 08:\d\d in New York, by alpaca sip: 2 of 3 symbols traded$/);
      expect(lines.slice(1)).toEqual([
        'MSFT       -5.00 %           50 shares  380.00 at 08:01, 400.00 at the close of 2026-03-06',
        'AAPL       +1.00 %          300 shares  202.00 at 08:00, 200.00 at the close of 2026-03-06',
        'TSLA             -            0 shares  did not trade, 300.00 at the close of 2026-03-06',
      ]);
      expect(readFileSync(path.join(aitrader.folder, 'scan/premarket.txt'), 'utf8')).toBe(stdout);
      const kept = JSON.parse(readFileSync(path.join(aitrader.folder, 'scan/premarket.json'), 'utf8')) as object;
      expect(kept).toMatchObject({
        date: DATE,
        before: BEFORE,
        vendor: 'alpaca',
        symbols: [{ symbol: 'MSFT', volume: 50 }, {}, {}],
      });
      const list = await aitrader.json<{ symbols: { symbol: string }[] }>(...asked('--traded', '--top', '1'));
      expect(list.symbols.map(({ symbol }) => symbol)).toEqual(['MSFT']);
    },
    START_MS_MAX,
  );

  it('nothing is made up: without a key, or on no trading date, it fails in words', async () => {
    const clean = await commandUnderTest({ ...NO_KEYS, AITRADER_ALPACA_URL: server.base });
    const without = await clean.run(...asked('--out', 'none'));
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('APCA_API_KEY_ID')]);
    clean.cleanUp();
    const sunday = await aitrader.run('premarket', '--vendor', 'alpaca', '--symbols', 'AAPL', '--date', '2026-03-08');
    expect([sunday.code, sunday.stderr]).toEqual([1, expect.stringContaining('is no trading date')]);
  });
});
