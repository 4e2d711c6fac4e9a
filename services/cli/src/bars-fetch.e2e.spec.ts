import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newYorkAt } from '../../../tools/testing/new-york-clock.ts';
import { replayServer, type ReplayServer, type Reply, type Seen } from '../../../tools/testing/replay-server.ts';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';

const RUN_MS_MAX = 240_000;
const DAY = '2024-07-03';
const SYMBOLS = ['AAPL', 'BRK.B', 'MSFT'];
const MINUTES = 210;
const PAGE = 100;
const KEYS = { APCA_API_KEY_ID: 'PKENDTOEND0000001', APCA_API_SECRET_KEY: 'end/to+end/secret0001' };
const NO_KEYS = { APCA_API_KEY_ID: '', APCA_API_SECRET_KEY: '', ALPHAVANTAGE_API_KEY: '', FINNHUB_API_KEY: '' };

const OPEN = newYorkAt(DAY, '09:30');
const BARS = SYMBOLS.flatMap((symbol, s) =>
  Array.from({ length: MINUTES }, (_, i) => {
    const price = 100 + s * 50 + Math.round(Math.sin(i / 7) * 50) / 100;
    return {
      symbol,
      t: new Date(OPEN + i * 60_000).toISOString(),
      o: price,
      h: price + 0.05,
      l: price - 0.05,
      c: price,
      v: 1000 + i,
    };
  }),
);

/** A page of the bars, as Alpaca sends it. */
function page({ url }: Seen): Reply {
  const at = Number(url.searchParams.get('page_token') ?? 0);
  const some = BARS.slice(at, at + PAGE);
  const bars = SYMBOLS.map((symbol) => [symbol, some.filter((bar) => bar.symbol === symbol)] as const).filter(
    ([, list]) => list.length > 0,
  );
  const next = at + PAGE < BARS.length ? String(at + PAGE) : null;
  return { body: JSON.stringify({ bars: Object.fromEntries(bars), next_page_token: next }) };
}
const PAGES = Math.ceil(BARS.length / PAGE);

describe('bars that are fetched', () => {
  let aitrader: CommandUnderTest;
  let server: ReplayServer;
  beforeAll(async () => {
    server = await replayServer();
    aitrader = await commandUnderTest({ ...NO_KEYS, ...KEYS, AITRADER_ALPACA_URL: server.base, AITRADER_YAHOO_URL: server.base });
  }, RUN_MS_MAX);
  afterAll(async () => {
    await server.close();
    aitrader.cleanUp();
  });
  const fetching = (into: string, ...more: string[]): string[] => [
    ...['bars', 'fetch', '--vendor', 'alpaca', '--symbols', 'AAPL,brk-b,MSFT', '--from', DAY, '--to', DAY, '--into', into],
    ...more,
  ];

  it('are a file that runs, of a named feed and adjustment; asked for again, nothing is', async () => {
    server.answerWith(page);
    const report = await aitrader.json<Record<string, unknown>>(...fetching('first.csv'));
    expect(report).toMatchObject({
      ...{
        into: 'first.csv',
        added: BARS.length,
        bars: BARS.length,
        symbols: 3,
        timeframe: '1m',
        vendor: 'alpaca',
        feed: 'sip',
        adjustment: 'raw',
      },
      ...{ answers: { asked: PAGES, kept: 0 }, leftOut: {}, upTo: null },
    });
    const text = readFileSync(path.join(aitrader.folder, 'first.csv'), 'utf8');
    expect(text.split('\n').slice(0, 3)).toEqual([
      'ts,open,high,low,close,volume,symbol',
      `${OPEN},100,100.05,99.95,100,1000,AAPL`,
      `${OPEN},150,150.05,149.95,150,1000,BRK.B`,
    ]);
    expect((await aitrader.json('backtest', '--bars', 'first.csv')).bars).toBe(BARS.length);
    const again = await aitrader.json<Record<string, unknown>>(...fetching('again.csv'));
    expect(again).toMatchObject({ answers: { asked: 0, kept: PAGES } });
    expect(readFileSync(path.join(aitrader.folder, 'again.csv'), 'utf8')).toBe(text);
    expect(server.requests).toHaveLength(PAGES);
  });

  it('are gone on with where they were interrupted, and leave no part of a file', async () => {
    server.answerWith((seen) => (seen.url.searchParams.get('page_token') === '300' ? { status: 403, body: '{}' } : page(seen)));
    const failed = await aitrader.run(...fetching('whole.csv', '--feed', 'iex'));
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('alpaca: does not accept the keys of APCA_API_KEY_ID and APCA_API_SECRET_KEY');
    expect(readdirSync(aitrader.folder).filter((name) => name.startsWith('whole'))).toEqual([]);
    server.answerWith(page);
    const report = await aitrader.json<Record<string, unknown>>(...fetching('whole.csv', '--feed', 'iex'));
    expect(report).toMatchObject({ bars: BARS.length, feed: 'iex', answers: { asked: PAGES - 3, kept: 3 } });
  });

  it('say what they are, on a terminal too', async () => {
    server.answerWith(page);
    const { stdout, stderr, code } = await aitrader.run(...fetching('said.csv.gz'));
    expect([code, stdout]).toEqual([0, 'said.csv.gz: 630 1m bars of 3 symbols, alpaca sip, prices as traded\n']);
    expect(stderr).toContain(`${PAGES} of ${PAGES} answers were kept from before`);
    expect(
      gunzipSync(readFileSync(path.join(aitrader.folder, 'said.csv.gz')))
        .toString()
        .split('\n'),
    ).toHaveLength(BARS.length + 2);
  });

  it('go into an archive, once, and never to those of another feed', async () => {
    server.answerWith(page);
    const first = await aitrader.json<Record<string, unknown>>(...fetching('archive'));
    expect(first).toMatchObject({ into: 'archive', bars: BARS.length, added: BARS.length, held: 0, revised: 0 });
    const again = await aitrader.json<Record<string, unknown>>(...fetching('archive'));
    expect(again).toMatchObject({ added: 0, held: BARS.length });
    const listing = await aitrader.json<{ imports: object[]; symbols: object[] }>('bars', 'list', 'archive');
    expect(listing.imports).toMatchObject([{ shape: 'alpaca/sip', adjustment: 'raw', added: BARS.length }]);
    expect(listing.symbols).toHaveLength(3);
    expect((await aitrader.json('backtest', '--bars', 'archive')).bars).toBe(BARS.length);
    const mixed = await aitrader.run(...fetching('archive', '--feed', 'iex'));
    expect(mixed.code).toBe(1);
    expect(mixed.stderr).toContain('may have AAPL from alpaca/sip, which is never mixed with alpaca/iex');
    expect(await aitrader.json('bars', 'list', 'archive')).toEqual(listing);
  });

  it('have corporate actions beside them, a file that --actions takes', async () => {
    const split = { id: 's', symbol: 'AAPL', new_rate: 4, old_rate: 1, process_date: DAY, ex_date: '2024-07-05' };
    server.answerWith((seen) =>
      seen.url.pathname === '/v1/corporate-actions'
        ? { body: JSON.stringify({ corporate_actions: { forward_splits: [split] }, next_page_token: null }) }
        : page(seen),
    );
    const report = await aitrader.json('bars', 'fetch', '--actions', ...fetching('actions.json').slice(2));
    expect(report).toMatchObject({ into: 'actions.json', actions: 1, notFollowed: 0, answers: { asked: 1, kept: 0 } });
    await aitrader.json(...fetching('beside.csv'));
    expect((await aitrader.json('backtest', '--bars', 'beside.csv', '--actions', 'actions.json')).bars).toBe(BARS.length);
    const again = await aitrader.run('bars', 'fetch', '--actions', ...fetching('actions.json').slice(2));
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('--force replaces it')]);
  });

  it('of a symbol that has none are an error, and no file', async () => {
    server.answerWith(() => ({ body: '{"bars":{},"next_page_token":null}' }));
    const { code, stderr } = await aitrader.run(...fetching('none.csv', '--adjustment', 'split'));
    expect(code).toBe(1);
    expect(stderr).toContain('there are no bars of');
    expect(existsSync(path.join(aitrader.folder, 'none.csv'))).toBe(false);
  });

  it('want keys where the vendor does, and Yahoo wants none', async () => {
    const asked = ['--symbols', 'AAPL', '--from', DAY, '--to', DAY, '--into', 'keyless.csv'];
    const finnhub = await aitrader.run('bars', 'fetch', '--vendor', 'finnhub', ...asked);
    expect(finnhub.code).toBe(1);
    expect(finnhub.stderr).toContain('Finnhub wants FINNHUB_API_KEY in the environment, and FINNHUB_API_KEY is not set.');
    expect(finnhub.stderr).toContain('Without keys there are --vendor yahoo, your own bar files, and the built-in market');
    server.answerWith(() => ({ status: 429, headers: { 'retry-after': '9999' }, body: 'Too Many Requests' }));
    const yahoo = await aitrader.run('bars', 'fetch', '--vendor', 'yahoo', '--timeframe', '1d', ...asked);
    expect(yahoo.code).toBe(1);
    expect(yahoo.stderr).toContain('yahoo: ');
    expect(yahoo.stderr).toContain('wants no more requests for 9999 s');
  });

  it.each([
    [['--feed', 'otc'], 'there is no history of feed "otc": there is sip, iex, boats'],
    [['--feed', 'overnight'], 'there is no history of feed "overnight": there is sip, iex, boats'],
    [['--vendor', 'finnhub', '--adjustment', 'all'], 'they are not to be had all: there is raw'],
    [['--vendor', 'yahoo', '--as-of', DAY], 'symbols of another day are told by Alpaca alone'],
    [['--vendor', 'bloomberg'], "argument 'bloomberg' is invalid. Allowed choices are alpaca, alphavantage, finnhub, yahoo"],
    [['--into', 'bars.json'], 'bars go into a file whose name ends in .csv or .csv.gz, or into an archive'],
    [['--into', 'archive', '--force'], '--force replaces a file: an archive takes later versions of what it has'],
    [['--revise'], '--revise is for archives'],
    [['--timeframe', '5m'], 'Allowed choices are 1m, 1d'],
    [['--symbols', 'A B'], 'Ticker must be'],
    [['--actions'], 'refused.csv: corporate actions go into a file whose name ends in .json, or into an archive'],
    [['--actions', '--timeframe', '1d'], '--timeframe is about bars, and --actions fetches none'],
    [['--actions', '--vendor', 'yahoo'], '--vendor yahoo: corporate actions are told by Alpaca alone'],
    [['--to', '2024-07-02'], '--from 2024-07-03 comes after --to 2024-07-02'],
  ])('with %j are refused before anything is asked', async (more, problem) => {
    server.answerWith(page);
    const { code, stderr } = await aitrader.run(...fetching('refused.csv', ...more));
    expect([code, stderr]).toEqual([1, expect.stringContaining(problem)]);
    expect(server.requests).toHaveLength(0);
  });

  it('leave no key behind: not in the home, not in what is printed', async () => {
    server.answerWith(() => ({ status: 500, body: `you are ${Object.values(KEYS).join(' ')}` }));
    const { stdout, stderr } = await aitrader.run(...fetching('leak.csv', '--adjustment', 'all'));
    const files = readdirSync(aitrader.folder, { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(aitrader.folder, name))
      .filter((file) => file.endsWith('.gz') || file.endsWith('.csv'));
    const kept = files.map((file) => (file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file)).toString());
    expect(kept.some((text) => text.includes('you are ***'))).toBe(true);
    for (const text of [stdout, stderr, ...kept]) for (const key of Object.values(KEYS)) expect(text.includes(key)).toBe(false);
  });
});
