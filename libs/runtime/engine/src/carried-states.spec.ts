import { describe, expect, it } from '@jest/globals';
import type { StageName } from '@aitrader/contracts';
import { cash, epochMs, runId, ticker, type CarriedState, type Closing, type Ticker } from '@aitrader/model';
import { CarriedStateError, decisionBefore, goOnFrom } from './carried-states.ts';
import type { StagePart } from './pipeline.ts';

const closing = (...states: readonly CarriedState[]): Closing => ({
  ...{ run: runId('before'), digest: '', t: epochMs(1), timeframe: '1m', positions: [], orders: [], states },
  account: {
    ...{ cash: cash(0), equity: cash(0), gross: cash(0), reserved: cash(0), realised: cash(0), equityPeak: cash(0) },
    drawdownPpm: 0,
    tradingState: 'active',
  },
});
const left = (of: string, layout: string, shard = -1): CarriedState => ({ of, shard, layout, state: `${of} ${shard}` });

/** A part that notes what it goes on with. */
function part(stage: StageName, layout: string, shard = -1) {
  const heard: { ended: readonly unknown[]; owns: (symbol: Ticker) => boolean }[] = [];
  const goOn: StagePart['goOn'] = (ended, owns) => void heard.push({ ended, owns });
  return { stage, layout, shard, goOn, heard };
}

describe('what a run left', () => {
  it('is gone on with by each instance, from all shards that there were, in its own symbols', () => {
    const parts = [part('probability', 'p/1', 0), part('probability', 'p/1', 1)];
    const states = [left('probability', 'p/1', 0), left('probability', 'p/1', 1), left('probability', 'p/1', 2)];
    expect(goOnFrom(closing(...states), parts, 2)).toEqual([]);
    const symbols = ['AAA', 'BBB', 'CCC', 'DDD'].map(ticker);
    for (const { heard } of parts)
      expect(heard.map(({ ended }) => ended)).toEqual([['probability 0', 'probability 1', 'probability 2']]);
    for (const symbol of symbols) expect(parts.filter(({ heard: [one] }) => one?.owns(symbol))).toHaveLength(1);
  });

  it('is begun anew by stages of symbols where they do not know it, and that is told', () => {
    const parts = [part('probability', 'p/2', 0), part('scanner', 's/1')];
    expect(goOnFrom(closing(left('probability', 'p/1', 0)), parts, 1)).toEqual(['probability', 'scanner']);
    expect(parts.flatMap(({ heard }) => heard)).toEqual([]);
  });

  it.each<[StageName, string, string]>([
    ['risk', 'risk/1', 'risk/2'],
    ['execution', 'execution-simulated/1', 'execution-at-broker/1 exchange paper'],
    ['execution', 'execution-at-broker/1 exchange paper', 'execution-at-broker/1 alpaca paper'],
    ['execution', 'execution-at-broker/1 alpaca paper', 'execution-at-broker/1 alpaca live'],
  ])('of an account (%s) is never left behind, nor taken from %s to %s', (stage, before, now) => {
    const follow = (): unknown => goOnFrom(closing(left(stage, before)), [part(stage, now)], 1);
    expect(follow).toThrow(CarriedStateError);
    expect(follow).toThrow(`before cannot be followed: its ${stage} is of ${before}, and this run needs ${now}`);
    expect(() => goOnFrom(closing(), [part(stage, now)], 1)).toThrow(CarriedStateError);
  });

  it('has the last decision in it, or is refused', () => {
    expect(() => decisionBefore(closing())).toThrow('its last decision is of nothing');
    expect(() => decisionBefore(closing(left('decision', 'orders/1')))).toThrow('its last decision is of orders/1');
  });
});
