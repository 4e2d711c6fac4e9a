import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BarImporter, folderStorage } from '@aitrader/adapter-bar-archive';
import { tradeDateStart } from '@aitrader/core-market';
import { ticker, type Adjustment } from '@aitrader/model';
import type { BarSourceSpec } from '@aitrader/runtime-configuration';
import { archiveListing } from './archive-listing.ts';
import { importActions, loadNamedActions } from './archived-actions.ts';
import { loadBars, type LoadedMarket } from './load-bars.ts';
import { writeBars } from './write-bars.ts';

const HEAD = 'symbol,ex_date,kind,ratio,cash,pay_date,other';
const csv = (...lines: string[]): string => [HEAD, ...lines, ''].join('\n');
const SPLIT = 'AAA,2024-07-03,split,10:1,,,';
const DIVIDEND = 'AAA,2024-07-05,cash-dividend,,0.5,2024-07-19,';
const HOUR_MS = 3_600_000;
const noBus = (): Promise<never> => Promise.reject(new Error('an archive needs no bus'));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'aitrader-actions-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Four days of hours of two symbols. */
function hours(...symbols: string[]): Parameters<BarImporter['add']>[1] {
  const closes = ['2024-07-01', '2024-07-02', '2024-07-03', '2024-07-05'].map((date) => tradeDateStart(date) + 16 * HOUR_MS);
  const count = closes.length * symbols.length;
  const flat = new Float64Array(count).fill(100);
  return {
    timeframe: '1h',
    symbols: symbols.map(ticker),
    count,
    t: Float64Array.from({ length: count }, (_, row) => closes[Math.floor(row / symbols.length)] ?? 0),
    symbol: Int32Array.from({ length: count }, (_, row) => row % symbols.length),
    ...{ open: flat, high: flat, low: flat, close: flat, volume: flat },
  };
}
const archive = (): string => path.join(folder, 'archive');
async function holding(adjustment: Adjustment, ...symbols: string[]): Promise<void> {
  const importer = await BarImporter.begin(folderStorage(archive()), { now: () => 7 });
  const name = symbols.join();
  await importer.add({ name, sha256: name, shape: 'csv', adjustment, selection: '' }, hours(...symbols));
  await importer.flush();
}
const take = (name: string, text: string, revise = false): ReturnType<typeof importActions> =>
  importActions({ into: archive(), name, bytes: Buffer.from(text), revise, now: 9 });
const opened = (more: Partial<BarSourceSpec & { readonly kind: 'archive' }> = {}): Promise<LoadedMarket> =>
  loadBars({ kind: 'archive', path: archive(), ...more }, noBus);
const kinds = async (): Promise<string[]> => ((await opened()).actions ?? []).map(({ kind, symbol }) => `${symbol} ${kind}`);

/** As `bars fetch --actions` writes it. */
const fetched = (rows: object, symbols = ['AAA'], [from, to] = ['2024-07-01', '2024-07-31']): string =>
  JSON.stringify({ asked: { vendor: 'alpaca', symbols, from, to }, corporate_actions: rows, next_page_token: null });
const splitRow = (id: string, ex_date: string, new_rate = 10): object => ({ id, symbol: 'AAA', new_rate, old_rate: 1, ex_date });

describe('an archive that keeps corporate actions', () => {
  it('gives the very bars and actions of the files that it was made of', async () => {
    await holding('raw', 'AAA', 'BBB');
    await take('actions.csv', csv(SPLIT, DIVIDEND, 'ZZZ,2024-07-03,split,2:1,,,'));
    const [bars, actions] = [path.join(folder, 'bars.csv'), path.join(folder, 'actions.csv')];
    const { table } = await opened();
    await writeBars(bars, table);
    writeFileSync(actions, csv(SPLIT, DIVIDEND));
    const filed = await loadBars({ kind: 'files', paths: [bars], adjustment: 'raw', actions }, noBus);
    const kept = await opened();
    expect(kept.actions).toEqual(filed.actions);
    expect(kept.actions).toMatchObject([{ kind: 'split', newShares: 10 }, { kind: 'cash-dividend' }]);
    expect(kept.sources).toMatchObject([
      { name: 'archive archive', adjustment: 'raw' },
      { name: 'archive archive, corporate actions', shape: 'corporate actions', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });

  it('names no source of them where it has none, and one for each state of them', async () => {
    await holding('raw', 'AAA');
    expect((await opened()).sources).toHaveLength(1);
    const hashes = new Set<string>();
    for (const [name, line] of [
      ['a.csv', SPLIT],
      ['b.csv', DIVIDEND],
    ] as const) {
      await take(name, csv(line));
      hashes.add((await opened()).sources[1]?.sha256 ?? '');
    }
    expect(hashes.size).toBe(2);
  });

  it('says of a symbol without any that it follows none, and lets a named file count in their place', async () => {
    await holding('raw', 'AAA', 'BBB');
    await take('a.csv', csv(SPLIT));
    expect((await opened({ symbols: ['BBB'] })).actions).toEqual([]);
    const file = path.join(folder, 'own.csv');
    writeFileSync(file, csv('AAA,2024-07-03,split,4:1,,,'));
    const market = await opened({ actions: file });
    expect(market.actions).toMatchObject([{ newShares: 4 }]);
    expect(market.sources.map(({ name }) => name)).toEqual(['archive archive', 'own.csv']);
  });

  it('refuses what crosses a known split where it does not know what prices are adjusted for, until it is told', async () => {
    await holding('unknown', 'AAA');
    await holding('raw', 'BBB');
    expect((await opened()).actions).toBeUndefined();
    await take('a.csv', csv(SPLIT, 'BBB,2024-07-03,split,2:1,,,'));
    await expect(opened()).rejects.toThrow(
      'AAA has a split on 2024-07-03, and nothing says whether its prices were adjusted for it: say so with --adjustment raw',
    );
    expect((await opened({ symbols: ['BBB'] })).actions).toMatchObject([{ symbol: 'BBB' }]);
    expect((await opened({ symbols: ['AAA'], to: '2024-07-02' })).actions).toEqual([]);
    expect((await opened({ adjustment: 'raw' })).actions).toHaveLength(2);
    expect((await opened({ symbols: ['AAA'], adjustment: 'split' })).actions).toEqual([]);
    await expect(opened({ adjustment: 'split' })).rejects.toThrow(
      '--adjustment split: it knows what the prices of BBB are adjusted for, raw',
    );
  });

  it('lets each symbol follow them by what its own prices are adjusted for', async () => {
    await holding('raw', 'AAA');
    await holding('split', 'BBB');
    await holding('all', 'CCC');
    await take(
      'a.csv',
      csv(
        ...['AAA', 'BBB', 'CCC'].flatMap((symbol) => [
          SPLIT.replace('AAA', symbol),
          `${symbol},2024-07-02,cash-dividend,,0.5,2024-07-19,`,
        ]),
      ),
    );
    const { actions, sources } = await opened();
    expect(actions?.map(({ symbol, kind, cash }) => [symbol, kind, cash])).toEqual([
      ['AAA', 'cash-dividend', 500_000],
      ['BBB', 'cash-dividend', 50_000],
      ['AAA', 'split', 0],
    ]);
    expect(sources[0]?.adjustment).toBe('unknown');
  });

  it('refuses the end of a company’s shares, as a file does', async () => {
    await holding('raw', 'AAA');
    await take('a.csv', csv('AAA,2024-07-03,cash-merger,,,,'));
    await expect(opened()).rejects.toThrow('AAA has an action on 2024-07-03 that a run does not follow (cash-merger)');
  });

  it('gives them to the bars of files, too, where it is named', async () => {
    await holding('raw', 'AAA');
    await expect(loadNamedActions(archive())).rejects.toThrow('keeps no corporate actions: import some');
    await take('a.csv', csv(SPLIT));
    const file = path.join(folder, 'bars.csv');
    await writeBars(file, (await opened()).table);
    const { actions, sources } = await loadBars({ kind: 'files', paths: [file], adjustment: 'raw', actions: archive() }, noBus);
    expect(actions).toEqual((await opened()).actions);
    expect(sources.map(({ name }) => name)).toEqual(['bars.csv', 'archive archive, corporate actions']);
  });

  it('may be begun by them, and takes bars afterwards without losing any', async () => {
    await take('a.csv', csv(SPLIT));
    await expect(opened()).rejects.toThrow('has no bars');
    await holding('raw', 'AAA');
    expect(await kinds()).toEqual(['AAA split']);
  });
});

describe('files of corporate actions in an archive', () => {
  beforeEach(() => holding('raw', 'AAA'));

  it('add to one another, and one that says nothing new is not kept', async () => {
    expect(await take('a.csv', csv(SPLIT))).toMatchObject({ isNew: true, counts: { added: 1, held: 0 } });
    expect(await take('b.csv', csv(SPLIT, DIVIDEND))).toMatchObject({ isNew: true, counts: { added: 1, held: 1 } });
    const before = readFileSync(path.join(archive(), 'catalogue.json'), 'utf8');
    expect(await take('again.csv', csv(DIVIDEND))).toMatchObject({ isNew: false, counts: { added: 0, held: 1 } });
    expect(readFileSync(path.join(archive(), 'catalogue.json'), 'utf8')).toBe(before);
    expect(await kinds()).toEqual(['AAA split', 'AAA cash-dividend']);
    expect((await archiveListing(archive())).actions).toMatchObject([
      { name: 'a.csv', at: 9, added: 1, held: 0, revised: 0, withdrawn: 0 },
      { name: 'b.csv', at: 9, added: 1, held: 1, revised: 0, withdrawn: 0 },
    ]);
  });

  it('know the dividend of a vendor as the one that was written by hand, whatever its id', async () => {
    await take('a.csv', csv(DIVIDEND));
    const row = {
      id: 'f00',
      symbol: 'AAA',
      rate: 0.5,
      ex_date: '2024-07-05',
      payable_date: '2024-07-19',
      process_date: '2024-07-19',
    };
    expect((await take('v.json', fetched({ cash_dividends: [row] }))).counts).toMatchObject({ added: 0, held: 1 });
    expect(await kinds()).toEqual(['AAA cash-dividend']);
  });

  it('count as of when they came', async () => {
    await take('a.csv', csv(SPLIT));
    await importActions({ into: archive(), name: 'b.csv', bytes: Buffer.from(csv(DIVIDEND)), revise: false, now: 12 });
    const as = async (at: number): Promise<readonly string[] | undefined> =>
      (await opened({ asOf: { at } })).actions?.map(({ kind }) => kind);
    expect([await as(8), await as(11), await as(12)]).toEqual([undefined, ['split'], ['split', 'cash-dividend']]);
    expect((await opened({ asOf: { version: 1 } })).actions).toHaveLength(2);
  });

  it('that say an action otherwise are refused, with both, and count with --revise', async () => {
    await take('a.csv', csv(SPLIT));
    await expect(take('b.csv', csv('AAA,2024-07-03,split,4:1,,,'))).rejects.toThrow(
      /b\.csv: says the split of AAA in force from 2024-07-03T00:00Z otherwise: 4:1, .*and held is 10:1, .*With --revise it counts/,
    );
    expect((await opened()).actions).toMatchObject([{ newShares: 10 }]);
    expect((await take('b.csv', csv('AAA,2024-07-03,split,4:1,,,'), true)).counts).toMatchObject({ added: 0, revised: 1 });
    expect((await opened()).actions).toMatchObject([{ newShares: 4 }]);
    await take('a.csv', csv(SPLIT), true);
    expect((await opened()).actions).toMatchObject([{ newShares: 10 }]);
  });

  it('say all dividends of a day together: a second one is a revision, and so is one less', async () => {
    await take('a.csv', csv(DIVIDEND));
    const special = DIVIDEND.replace('0.5', '3');
    await expect(take('b.csv', csv(special))).rejects.toThrow('otherwise');
    await take('b.csv', csv(DIVIDEND, special), true);
    expect((await opened()).actions?.map(({ cash }) => cash)).toEqual([500_000, 3_000_000]);
  });

  it('that were fetched take back what they no longer know of, and only what was fetched, asked for, and of the dates', async () => {
    await take('v.json', fetched({ forward_splits: [splitRow('x', '2024-07-03'), splitRow('y', '2024-07-05')] }));
    await take('own.csv', csv('AAA,2024-07-02,split,2:1,,,', 'AAA,2024-07-03,split,10:1,,,'));
    // hand-written besides, of another symbol, and of other dates: nothing of it is about the split of the 5th
    await take('w.json', fetched({ forward_splits: [] }, ['BBB']));
    await take('w.json', fetched({ forward_splits: [] }, ['AAA'], ['2024-07-08', '2024-07-31']));
    await expect(take('w.json', fetched({ forward_splits: [] }))).rejects.toThrow(
      'w.json: does not know of the split of AAA in force from 2024-07-05T00:00Z. With --revise',
    );
    expect((await take('w.json', fetched({ forward_splits: [] }), true)).counts).toEqual({
      ...{ added: 0, held: 0, revised: 0, withdrawn: 1 },
    });
    expect((await opened()).actions?.map(({ exAt }) => exAt)).toEqual(['2024-07-02', '2024-07-03'].map(tradeDateStart));
  });

  it('that cannot be followed together are refused by the one that comes last', async () => {
    await take('a.csv', csv('AAA,2024-07-03,symbol-change,,,,BBB'));
    await expect(take('b.csv', csv('BBB,2024-07-03,symbol-change,,,,AAA'))).rejects.toThrow('exchange their symbols on one day');
    await take(
      'c.json',
      JSON.stringify({ actions: [{ symbol: 'X', ex_date: '2024-07-03', kind: 'split', ratio: '2:1', id: '1' }] }),
    );
    const same = { actions: [{ symbol: 'Y', ex_date: '2024-07-03', kind: 'split', ratio: '2:1', id: '1' }] };
    await expect(take('d.json', JSON.stringify(same))).rejects.toThrow('id: "1" is that of a split of X and of a split of Y');
    expect((await archiveListing(archive())).actions.map(({ name }) => name)).toEqual(['a.csv', 'c.json']);
  });

  it('that make no sense are refused by line, and nothing is kept', async () => {
    await expect(take('a.csv', csv('AAA,2024-07-03,split,2,,,'))).rejects.toThrow('a.csv: line 2: ratio:');
    expect(readdirSync(archive())).not.toContain('actions');
  });

  it('that were damaged or are missing are refused by their name', async () => {
    await take('a.csv', csv(SPLIT));
    const [name = ''] = readdirSync(path.join(archive(), 'actions/v1'));
    const file = path.join(archive(), 'actions/v1', name);
    writeFileSync(file, csv(SPLIT.replace('10', '11')));
    await expect(opened()).rejects.toThrow(`${name}: is damaged: its SHA-256 is not the one of the catalogue`);
    rmSync(file);
    await expect(opened()).rejects.toThrow(name);
  });
});
