import { describe, expect, it } from '@jest/globals';
import type { Beat, Changes, FillRow, SymbolRow } from '@aitrader/application-console';
import { latest, unheard, withBeat, withChanges } from './run-state.ts';

const NOW = 1_000;
const symbol = (key: string, close: number): SymbolRow => ({
  ...{ key, t: 1, close, firstClose: close, volume: 1, quarantined: false, forecast: null },
});
const fill = (n: number): FillRow => ({
  ...{ key: `f${n}`, t: n, orderId: 'o', symbol: 'A', leg: 'entry', side: 'buy', shares: 1, price: 1, fee: 0, kind: 'execution' },
});
const told = (seq: number, tables: Changes['tables']): Changes => ({ seq, tables });

describe('what a page knows of a run', () => {
  it('is what it was told, a later row in the place of an earlier one of its key', () => {
    const first = withChanges(unheard(), told(1, { symbols: [symbol('A', 1), symbol('B', 2)] }), NOW);
    const then = withChanges(first, told(2, { symbols: [symbol('A', 3)] }), NOW);
    expect([...then.tables.symbols.byKey.values()].map(({ key, close }) => [key, close])).toEqual([
      ['A', 3],
      ['B', 2],
    ]);
    expect(then.seq).toBe(2);
  });

  it('leaves tables and rows that did not change the objects that they were', () => {
    const first = withChanges(unheard(), told(1, { symbols: [symbol('A', 1), symbol('B', 2)], fills: [fill(1)] }), NOW);
    const rowB = first.tables.symbols.byKey.get('B');
    const then = withChanges(first, told(2, { symbols: [symbol('A', 3)] }), NOW);
    expect(then.tables.fills).toBe(first.tables.fills);
    expect(then.tables.symbols).not.toBe(first.tables.symbols);
    expect(then.tables.symbols.byKey.get('B')).toBe(rowB);
  });

  it('keeps the head, the account and the market that it was told before', () => {
    const account = { equity: 1 } as NonNullable<Changes['account']>;
    const first = withChanges(unheard(), { ...told(1, {}), account }, NOW);
    expect(withChanges(first, told(2, {}), NOW).account).toBe(account);
  });

  it('is bounded: the rows that changed longest ago go first', () => {
    const many = Array.from({ length: 2_001 }, (_, i) => fill(i));
    const first = withChanges(unheard(), told(1, { fills: many.slice(0, 2_000) }), NOW);
    const again = withChanges(first, told(2, { fills: [fill(0)] }), NOW);
    const over = withChanges(again, told(3, { fills: [fill(2_000)] }), NOW);
    expect(over.tables.fills.byKey.size).toBe(2_000);
    expect(over.tables.fills.byKey.has('f0')).toBe(true);
    expect(over.tables.fills.byKey.has('f1')).toBe(false);
  });

  it('tells the latest rows first', () => {
    const state = withChanges(unheard(), told(1, { fills: [fill(1), fill(2), fill(3)] }), NOW);
    expect(latest(state.tables.fills, 2).map(({ key }) => key)).toEqual(['f3', 'f2']);
  });

  it('is caught up once the recording was read to its end, and stays so while it grows', () => {
    const beat = (stored: number, read: number): Beat => ({
      ...{ now: 0, bus: { connected: true, since: 0 }, database: 'none', stored, read, isGoingOn: true, services: [] },
    });
    expect(withBeat(unheard(), beat(0, 0), NOW).isCaughtUp).toBe(false);
    expect(withBeat(unheard(), beat(9_000, 10), NOW).isCaughtUp).toBe(false);
    const caught = withBeat(unheard(), beat(9_000, 9_000), NOW);
    expect(caught.isCaughtUp).toBe(true);
    expect(withBeat(caught, beat(90_000, 9_000), NOW).isCaughtUp).toBe(true);
  });

  it('stands still from when a stage waits until something is decided, or nothing waits', () => {
    const beat = (stage: string, waiting: number): Beat => ({
      ...{ now: 0, bus: { connected: true, since: 0 }, database: 'none', stored: 9, read: 9, isGoingOn: true },
      services: [
        {
          ...{ stage, pid: 1, status: 'running', work: null, troubles: null },
          instances: [{ shard: -1, seq: 1, t: 1, waiting, askedAgain: 0, checkpointAt: null }],
        },
      ],
    });
    const market = { t: 60_000 } as NonNullable<Changes['market']>;
    const waits = withBeat(withBeat(unheard(), beat('risk', 1), 1_000), beat('risk', 2), 2_000);
    expect(waits.standsSince).toBe(1_000);
    expect(withChanges(waits, told(2, {}), 3_000).standsSince).toBe(1_000);
    expect(withChanges(waits, { ...told(2, {}), market }, 3_000).standsSince).toBe(0);
    expect(withBeat(waits, beat('risk', 0), 3_000).standsSince).toBe(0);
    expect(withBeat(unheard(), beat('ingest', 5), 1_000).standsSince).toBe(0);
  });
});
