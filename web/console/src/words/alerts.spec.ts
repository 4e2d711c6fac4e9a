import { describe, expect, it } from '@jest/globals';
import type { Beat, HaltRow, MarketPart, OrderRow } from '@aitrader/application-console';
import { unheard, withBeat, withChanges, type RunState } from '../stream/run-state.ts';
import { alertsOf } from './alerts.ts';

const NOW = 10_000;
const BEAT: Beat = {
  ...{ now: NOW, bus: { connected: true, since: 0 }, database: 'none', stored: 5, read: 5, isGoingOn: true, services: [] },
};
const quiet = (): RunState => ({ ...withBeat(unheard(), BEAT, NOW), hearing: 'open' });
const titles = (state: RunState, now = NOW): readonly string[] => alertsOf(state, now).map(({ title }) => title);

describe('alerts', () => {
  it('are none of a run that is well', () => {
    expect(titles(quiet())).toEqual([]);
  });

  it('tell of orders whose fate is unknown, and of halts that stand', () => {
    const orders = [{ key: 'o', symbol: 'A', status: 'unknown' } as OrderRow, { key: 'p', status: 'open' } as OrderRow];
    const halts = [
      { key: 'h', kind: 'halt', words: 'by ada', stands: true } as HaltRow,
      { key: 'i', kind: 'halt', words: 'by ada', stands: false } as HaltRow,
    ];
    expect(titles(withChanges(quiet(), { seq: 6, tables: { orders, halts } }, NOW))).toEqual([
      'A: an order’s fate is unknown',
      'Halt: halt',
    ]);
  });

  it('tell of data by its level, the urgent ones first', () => {
    const market = { dataLevel: 1, dataReason: 'late' } as MarketPart;
    const halts = [{ key: 'h', kind: 'drawdown', words: '', stands: true } as HaltRow];
    const state = withChanges(quiet(), { seq: 6, market, tables: { halts } }, NOW);
    expect(titles(state)).toEqual(['Halt: drawdown', 'Market data at D1']);
  });

  it('tell that what is shown may be old, but not while it is read for the first time', () => {
    expect(titles(quiet(), NOW + 60_000)).toEqual(['What is shown may be old']);
    expect(titles({ ...quiet(), isCaughtUp: false }, NOW + 60_000)).toEqual([]);
  });

  it('tell of services that do not run while somebody runs the run', () => {
    const services = [{ ...{ stage: 'risk', status: null, pid: 1 }, instances: [], work: null, troubles: null }];
    expect(titles({ ...quiet(), beat: { ...BEAT, services } })).toEqual(['risk does not run']);
    expect(titles({ ...quiet(), beat: { ...BEAT, services, isGoingOn: false } })).toEqual([]);
  });
});
