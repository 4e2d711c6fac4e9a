import { describe, expect, it } from '@jest/globals';
import { sampleMarket } from '@aitrader/core-market';
import type { RunConfig, SignalSlice, StrategyInput } from '@aitrader/model';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import type { BoundStage } from '@aitrader/runtime-engine';
import { STRATEGY_CATALOGUE } from '@aitrader/core-strategies';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { lookAhead, type LookAheadRun } from './look-ahead.ts';
import { stagesOf } from '@aitrader/application-time-machine';

const config: RunConfig = parseRunConfig(
  { strategies: [{ name: 'breakout' }, { name: 'momentum' }, { name: 'mean-reversion' }] },
  'a spec',
  SIMULATED_DEFAULTS,
  STRATEGY_CATALOGUE,
);
const run: LookAheadRun = { table: sampleMarket(), config, cuts: 2, starts: 1, seed: 5 };

type Strategy = BoundStage<StrategyInput, SignalSlice>;
/** The strategies of the configuration, spoilt. */
const spoilt = (spoil: (stage: Strategy) => Strategy): LookAheadRun => {
  const stages = stagesOf(config);
  return { ...run, stages: { ...stages, strategy: () => spoil(stages.strategy()) } };
};

describe('looking ahead', () => {
  it('is found of none of the strategies that there are, stored and restored ones neither', async () => {
    const report = await lookAhead(run);
    expect(report.firstMoved).toBeNull();
    expect(report.signals).toBeGreaterThan(100);
    expect(Object.keys(report.byStrategy).sort()).toEqual(['breakout', 'mean-reversion', 'momentum']);
    expect(report.cuts.map(({ kind }) => kind)).toEqual(['prefix', 'snapshot', 'prefix', 'snapshot']);
    expect(report.cuts.every(({ signals }) => signals > 0)).toBe(true);
  });

  it('is found of one that knows from an earlier walk what comes, with the first signal that moved', async () => {
    // a module's own memory: the closes of later bars, as the first walk left them
    const closes = new Map<string, number>();
    const peeking = spoilt((stage) => ({
      ...stage,
      apply: (input, emit) => {
        stage.apply(input, emit);
        const { bars } = input;
        for (let i = 0; i < bars.count; i++) closes.set(`${bars.t} ${bars.symbols[i]}`, bars.close[i] ?? NaN);
        const rises = ({ t, symbol, reference }: SignalSlice['signals'][number]): boolean =>
          (closes.get(`${t + 60_000} ${symbol}`) ?? 0) * 10_000 > reference;
        emit.signals = emit.signals.filter((signal) => !rises(signal));
      },
    }));
    const { firstMoved, cuts } = await lookAhead(peeking);
    expect(firstMoved).toMatchObject({ field: 'signal', whole: 'raised', other: null });
    expect(cuts.filter(({ moved }) => moved !== null).length).toBeGreaterThan(0);
  });

  it('is told from what is remembered outside of the state: that is found where it is stored and restored', async () => {
    const forgetful = spoilt((stage) => {
      let signals = 0;
      return {
        ...stage,
        apply: (input, emit) => {
          stage.apply(input, emit);
          emit.signals = emit.signals.map((signal) => ({ ...signal, scored: (signals += 1) }));
        },
      };
    });
    const { cuts, firstMoved } = await lookAhead(forgetful);
    expect(cuts.map(({ kind, moved }) => [kind, moved === null])).toEqual([
      ['prefix', true],
      ['snapshot', false],
      ['prefix', true],
      ['snapshot', false],
    ]);
    expect(firstMoved?.field).toBe('scored');
    expect(firstMoved?.t).toBeGreaterThan(cuts[0]?.at ?? Infinity);
  });

  it('says of a later beginning how many signals are others, by the sessions since', async () => {
    const [start] = (await lookAhead(run)).starts;
    expect(start?.spans.map(({ sessions }) => sessions)).toEqual([0, 1, 5, 20, 60]);
    const [first] = start?.spans ?? [];
    expect(first?.signals).toBeGreaterThan(0);
    expect(first?.others).toBeGreaterThan(0);
    expect(first?.others).toBeLessThanOrEqual(first?.signals ?? 0);
  });
});
