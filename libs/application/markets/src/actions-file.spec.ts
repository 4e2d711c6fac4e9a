import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newSliceFeed, newSlices, nextInterval, tradeDateStart } from '@aitrader/core-market';
import {
  BAR_FLAG,
  cashFromDollars,
  epochMs,
  item,
  readUint32,
  ticker,
  type Adjustment,
  type CorporateAction,
} from '@aitrader/model';
import { itAgainst, referencePath } from '../../../../tools/testing/reference-data.ts';
import { loadActions } from './actions-file.ts';
import { loadBars } from './load-bars.ts';
import { actionsOfMarket, basisOfSources } from './actions-of-market.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'actions-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(text: string): ReturnType<typeof loadActions> {
  const file = path.join(folder, 'actions');
  await writeFile(file, text);
  return loadActions(file);
}

const HEAD = 'symbol,ex_date,kind,ratio,cash,pay_date,other';
const csv = (...lines: string[]): string => [HEAD, ...lines, ''].join('\n');

describe('a file of corporate actions', () => {
  it('is read exactly, in the order in which its actions come into force', async () => {
    const { actions, ends, source } = await load(
      csv(
        'FB,2022-06-09,symbol-change,,,,META',
        'TWX,2014-06-09,spin-off,1:8,,,TIME',
        'AAPL,2014-06-09,split,7:1,,,',
        'AAPL,2014-05-08,cash-dividend,,3.29,2014-05-15,',
        'JUPW,2023-08-15,spin-off,1:19.35,0.5,,SRM',
        'MSBC,2023-05-19,stock-dividend,0.05:1,,,',
        'MNTS,2023-08-24,split,1:50,,,',
        'WM,2009-08-05,new-listing,,,,',
        'GLOP,2023-07-17,cash-merger,,5.37,,',
      ),
    );
    expect(
      actions.map(({ kind, symbol, newShares, oldShares, cash, other }) => [symbol, kind, newShares, oldShares, cash, other]),
    ).toEqual([
      ['WM', 'new-listing', 1, 1, 0, 'WM'],
      ['AAPL', 'cash-dividend', 1, 1, cashFromDollars(3.29), 'AAPL'],
      ['TWX', 'spin-off', 1, 8, 0, 'TIME'],
      ['AAPL', 'split', 7, 1, 0, 'AAPL'],
      ['FB', 'symbol-change', 1, 1, 0, 'META'],
      ['MSBC', 'split', 21, 20, 0, 'MSBC'],
      ['JUPW', 'spin-off', 20, 387, 500_000, 'SRM'],
      ['MNTS', 'split', 1, 50, 0, 'MNTS'],
    ]);
    const dividend = actions[1];
    expect([dividend?.exAt, dividend?.payAt].map((t) => new Date(t ?? 0).toISOString())).toEqual([
      '2014-05-08T00:00:00.000Z',
      '2014-05-15T00:00:00.000Z',
    ]);
    expect(ends).toMatchObject([{ symbol: 'GLOP', kind: 'cash-merger' }]);
    expect(source).toMatchObject({ name: 'actions', shape: 'corporate actions' });
  });

  it('may be JSON, of its own fields or as Alpaca answers', async () => {
    const own = await load(JSON.stringify({ actions: [{ symbol: 'A', ex_date: '2024-03-01', kind: 'split', ratio: '3:2' }] }));
    expect(own.actions).toMatchObject([{ newShares: 3, oldShares: 2, id: 'A.2024-03-01.split' }]);
    const alpaca = await load(
      JSON.stringify({
        corporate_actions: {
          forward_splits: [
            { id: 's', symbol: 'SRE', new_rate: 2, old_rate: 1, ex_date: '2023-08-22', process_date: '2023-08-22' },
          ],
          cash_dividends: [
            {
              id: 'd',
              symbol: 'FCF',
              rate: 0.125,
              ex_date: '2023-05-04',
              process_date: '2023-05-19',
              payable_date: '2023-05-19',
            },
          ],
          reverse_splits: [{ id: 'r', symbol: 'XA', new_rate: 1, old_rate: 50, ex_date: '2023-08-24', new_symbol: 'XAD' }],
          spin_offs: [
            { id: 'o', source_symbol: 'JUPW', new_symbol: 'SRM', new_rate: 1, source_rate: 19.35, ex_date: '2023-08-15' },
          ],
          name_changes: [{ id: 'n', old_symbol: 'BSAQ', new_symbol: 'VFS', process_date: '2023-08-15' }],
          worthless_removals: [{ id: 'w', symbol: 'BLPH', process_date: '2024-12-19' }],
          rights_distributions: [{ id: 'x', source_symbol: 'NXDT', ex_date: '2024-05-01', rate: 0.5 }],
          kinds_of_tomorrow: [{ id: 'y', symbol: 'ZZZ', process_date: '2024-05-02' }],
          more_of_them: [],
        },
        next_page_token: null,
      }),
    );
    expect(
      alpaca.actions.map(({ id, symbol, newShares, oldShares, other }) => [id, symbol, newShares, oldShares, other]),
    ).toEqual([
      ['d', 'FCF', 1, 1, 'FCF'],
      ['o', 'JUPW', 20, 387, 'SRM'],
      ['n', 'BSAQ', 1, 1, 'VFS'],
      ['s', 'SRE', 2, 1, 'SRE'],
      ['r', 'XA', 1, 50, 'XA'],
      ['r.symbol', 'XA', 1, 1, 'XAD'],
    ]);
    expect(alpaca.ends).toMatchObject([
      { symbol: 'BLPH', kind: 'removal' },
      { symbol: 'NXDT', kind: 'rights-distribution', date: '2024-05-01' },
      { symbol: 'ZZZ', kind: 'other', date: '2024-05-02' },
    ]);
  });

  it('that has an action of an unknown kind, and does not say of whom or when, is refused', async () => {
    const answer = { corporate_actions: { kinds_of_tomorrow: [{}] }, next_page_token: null };
    await expect(load(JSON.stringify(answer))).rejects.toThrow('symbol: must be a symbol');
  });

  it('that is one page of an answer of several is refused', async () => {
    const page = { corporate_actions: { forward_splits: [] }, next_page_token: 'MjAyMw==' };
    await expect(load(JSON.stringify(page))).rejects.toThrow('next_page_token: the answer goes on');
  });

  it('reads every spelling of a class of shares as one', async () => {
    const { actions } = await load(csv('BRK-B,2010-01-21,split,50:1,,,', 'BRK/A,2010-01-22,split,2:1,,,'));
    expect(actions).toMatchObject([{ symbol: 'BRK.B' }, { symbol: 'BRK.A' }]);
  });

  it('lets a company leave a symbol before another takes it, and a listing begin where one has left', async () => {
    const { actions } = await load(
      csv('FB,2022-06-09,symbol-change,,,,META', 'META,2022-06-09,symbol-change,,,,METV', 'META,2022-06-09,new-listing,,,,'),
    );
    expect(actions.map(({ symbol, kind, other }) => [symbol, kind, other])).toEqual([
      ['META', 'symbol-change', 'METV'],
      ['FB', 'symbol-change', 'META'],
    ]);
    await expect(load(csv('A,2024-03-01,symbol-change,,,,B', 'B,2024-03-01,symbol-change,,,,A'))).rejects.toThrow(
      'exchange their symbols on one day',
    );
  });

  it('says of the old symbol what it says of the new one on the day of the change', async () => {
    const { actions } = await load(csv('META,2022-06-09,split,2:1,,,', 'FB,2022-06-09,symbol-change,,,,META'));
    expect(actions).toMatchObject([
      { kind: 'split', symbol: 'FB', other: 'FB' },
      { kind: 'symbol-change', symbol: 'FB', other: 'META' },
    ]);
  });

  it.each([
    ['A,2024-02-30,split,2:1,,,', 'line 2: ex_date:'],
    ['A,2024-03-01,split,2,,,', 'line 2: ratio: must be new shares for old ones, such as 4:1 or 1231:1000, got "2"'],
    ['A,2024-03-01,split,0:1,,,', 'got "0:1"'],
    ['A,2024-03-01,cash-dividend,,0.25,,', 'line 2: pay_date:'],
    ['A,2024-03-01,cash-dividend,,-1,2024-03-09,', 'line 2: cash: must be USD a share, above 0'],
    ['A,2024-03-01,gift,,,,', 'line 2: kind: must be one of split,'],
    ['a b,2024-03-01,split,2:1,,,', 'line 2: symbol: must be a symbol'],
    ['A,2024-03-01,symbol-change,,,,A', 'line 2: other: must be another symbol, got "A"'],
    ['A,2024-03-01,split,2:1', 'line 2: has 4 cells where there are 7 columns'],
  ])('refuses %s', async (line, problem) => {
    await expect(load(csv(line))).rejects.toThrow(problem);
  });

  it('refuses what stands there twice, and takes two dividends of a day that differ', async () => {
    const dividend = 'A,2024-03-01,cash-dividend,,0.25,2024-03-09,';
    await expect(load(csv(dividend, dividend))).rejects.toThrow('line 3: says again what line 2 says');
    await expect(load(csv('A,2024-03-01,split,2:1,,,', 'A,2024-03-01,split,3:1,,,'))).rejects.toThrow('line 3: says again');
    const split = { symbol: 'A', ex_date: '2024-03-01', kind: 'split', ratio: '7:1' };
    const twice = {
      actions: [
        { ...split, id: 'one' },
        { ...split, id: 'two' },
      ],
    };
    await expect(load(JSON.stringify(twice))).rejects.toThrow('actions.1: says again what actions.0 says');
    expect((await load(csv(dividend, dividend.replace('0.25', '1')))).actions).toHaveLength(2);
  });
});

describe('a map file of LEAN’s', () => {
  const told = async (text: string): Promise<string[]> =>
    (await load(text)).actions.map(({ kind, symbol, exAt, other }) =>
      [kind, symbol, new Date(exAt + 12 * 3_600_000).toISOString().slice(0, 10), other === symbol ? '' : other].join(' ').trim(),
    );

  it('tells when a company was listed, and by what symbols it went', async () => {
    expect(await told('20120518,fb,Q\n20501231,fb,Q\n')).toEqual(['new-listing FB 2012-05-18']);
    expect(await told('20140327,goocv,Q\r\n20140402,goocv,Q\r\n20501231,goog,Q\r\n')).toEqual([
      'new-listing GOOCV 2014-03-27',
      'symbol-change GOOCV 2014-04-03 GOOG',
    ]);
    expect(await told('19980102,twx\n20010111,twx')).toEqual([]);
  });

  it.each([
    ['20120518,fb,Q\n20120517,fb,Q', "line 2: a map file's dates rise, and 2012-05-17 comes after 2012-05-18"],
    ['20120518,fb,Q\n20220608,meta,Q', 'line 2: a map file begins with the first date and the last one of one symbol'],
    ['20120230,fb,Q\n20501231,fb,Q', 'line 1: ex_date:'],
    ['20120518,fb,Q\nno more', 'line 1: there is no column symbol'],
  ])('refuses %j', async (text, problem) => {
    await expect(load(text)).rejects.toThrow(problem);
  });

  const MAPS = referencePath('data/meta/lean_map_files');
  itAgainst(MAPS, 'is read as it is, of every listing there', async () => {
    const of = async (name: string): Promise<string[]> => told(readFileSync(path.join(MAPS, `${name}.csv`), 'utf8'));
    expect(await of('wm')).toEqual(['symbol-change UW 1998-07-17 WMI', 'symbol-change WMI 2009-08-05 WM']);
    expect(await of('qqq')).toEqual([
      'new-listing QQQ 1999-03-10',
      'symbol-change QQQ 2004-12-01 QQQQ',
      'symbol-change QQQQ 2011-03-23 QQQ',
    ]);
    expect(await of('eem')).toEqual(['new-listing EEM 2003-04-11']);
    expect(await of('bno')).toEqual(['new-listing BNO 2010-06-02']);
    expect(await of('tap.a')).toEqual(['new-listing TAPA 2005-02-09', 'symbol-change TAPA 2013-01-01 TAP.A']);
    expect(await of('tfcfa')).toEqual([
      'new-listing NWSA 2004-11-12',
      'symbol-change NWSA 2013-06-29 FOXA',
      'symbol-change FOXA 2019-03-19 TFCFA',
    ]);
    for (const file of readdirSync(MAPS)) await of(file.replace('.csv', ''));
  });

  const DAYS = referencePath('data/daily');
  itAgainst(
    path.join(DAYS, 'lean_WM_1d.csv.gz'),
    'lets Waste Management be another company than Washington Mutual was',
    async () => {
      const paths = ['WM', 'WMI', 'UW'].map((name) =>
        path.join(DAYS, name === 'UW' ? 'lean_UW_1d.csv' : `lean_${name}_1d.csv.gz`),
      );
      const market = await loadBars({ kind: 'files', paths, actions: path.join(MAPS, 'wm.csv') }, () =>
        Promise.reject(new Error('files need no bus')),
      );
      expect(market.actions).toMatchObject([
        { symbol: 'UW', other: 'WMI' },
        { symbol: 'WMI', other: 'WM' },
      ]);
      const jumpsOf = (actions: readonly CorporateAction[]): number => {
        const feed = newSliceFeed(market.table, { shards: 1, actions });
        const slices = newSlices(feed);
        const slice = item(slices, 0);
        while (slice.t < tradeDateStart('2009-08-05') && nextInterval(feed, slices));
        const row = slice.symbols.slice(0, slice.count).indexOf(ticker('WM'));
        return readUint32(slice.flags, row) & (BAR_FLAG.PRICE_JUMP | BAR_FLAG.SPLIT_LIKE);
      };
      expect(jumpsOf(market.actions ?? [])).toBe(0);
      expect(jumpsOf([])).not.toBe(0);
    },
  );
});

describe('the actions of a market', () => {
  const bars = {
    symbols: [ticker('AAPL')],
    first: epochMs(tradeDateStart('2014-01-02') + 1),
    last: epochMs(tradeDateStart('2015-01-02')),
  };
  const sourceOf = (adjustment: Adjustment) => basisOfSources([{ name: 'x', sha256: '', shape: '', adjustment }]);
  const lines = [
    'AAPL,2014-05-08,cash-dividend,,3.29,2014-05-15,',
    'AAPL,2014-06-09,split,7:1,,,',
    'AAPL,2020-08-31,split,4:1,,,',
    'IBM,2014-05-08,cash-dividend,,1.1,2014-06-10,',
  ];

  it('are all those of its symbols when its prices are raw', async () => {
    const actions = actionsOfMarket('f', await load(csv(...lines)), bars, sourceOf('raw'));
    expect(actions.map(({ kind }) => kind)).toEqual(['cash-dividend', 'split', 'split']);
  });

  it('are its dividends, in the shares of today, when its prices are adjusted for splits', async () => {
    const actions = actionsOfMarket('f', await load(csv(...lines)), bars, sourceOf('split'));
    // 3.29 / 28
    expect(actions).toMatchObject([{ kind: 'cash-dividend', cash: 117_500 }]);
  });

  it('are dividends in the shares of today across a change of symbol', async () => {
    const market = { ...bars, symbols: [ticker('AA'), ticker('BB')] };
    const given = [
      'AA,2014-05-08,cash-dividend,,4,2014-05-15,',
      'AA,2014-06-09,symbol-change,,,,BB',
      'BB,2014-08-01,split,4:1,,,',
    ];
    const actions = actionsOfMarket('f', await load(csv(...given)), market, sourceOf('split'));
    expect(actions).toMatchObject([{ kind: 'cash-dividend', cash: cashFromDollars(1) }, { kind: 'symbol-change' }]);
  });

  it('are none of prices when those are adjusted for all', async () => {
    const given = await load(csv(...lines, 'AAPL,2014-07-01,symbol-change,,,,AAPX'));
    expect(actionsOfMarket('f', given, bars, sourceOf('all'))).toMatchObject([{ kind: 'symbol-change' }]);
  });

  it('are refused with the choice named when nobody knows what its prices were adjusted for', async () => {
    const given = await load(csv(...lines));
    expect(() => actionsOfMarket('f', given, bars, sourceOf('unknown'))).toThrow(
      'AAPL has a cash-dividend on 2014-05-08, and nothing says whether its prices were adjusted for it: say so with --adjustment raw',
    );
    const later = { ...bars, first: epochMs(tradeDateStart('2014-06-10')) };
    expect(actionsOfMarket('f', given, later, sourceOf('unknown'))).toEqual([]);
  });

  it('are refused when none is of a symbol of the market: another file was meant, or the symbol is misspelt', async () => {
    const given = await load(csv('APPL,2014-06-09,split,7:1,,,', 'B,2014-07-01,removal,,,,'));
    expect(() => actionsOfMarket('f', given, bars, sourceOf('raw'))).toThrow(
      'none is of a symbol that these bars have: they are of APPL, B',
    );
  });

  it('are refused when one ends the shares of a company', async () => {
    const given = await load(csv('AAPL,2014-07-01,cash-merger,,100,,'));
    expect(() => actionsOfMarket('f', given, bars, sourceOf('raw'))).toThrow(
      'AAPL has an action on 2014-07-01 that a run does not follow (cash-merger)',
    );
    expect(actionsOfMarket('f', given, { ...bars, last: epochMs(tradeDateStart('2014-07-01')) }, sourceOf('raw'))).toEqual([]);
  });
});
