import { describe, expect, it } from '@jest/globals';
import type { StrategyParameters } from '@aitrader/model';
import { requireSameStrategies } from './same-strategies.ts';

const of = (name: string, kind: string, parameters: StrategyParameters = { donchianBars: 60 }) => ({
  strategies: [{ name, kind, parameters }],
});

describe('the strategies of a run that follows another one', () => {
  it('may be the same, others, or none, and hold what they enter in other ways', () => {
    const holding = of('one', 'breakout', { donchianBars: 60, stopAtr: 2, targetAtr: 3, holdMinutes: 5 });
    for (const now of [of('one', 'breakout'), of('two', 'momentum'), { strategies: [] }, holding])
      expect(() => requireSameStrategies('paper-1', of('one', 'breakout'), now)).not.toThrow();
  });

  it('may not have the name of one of another kind, whose evidence theirs would rest on', () => {
    expect(() => requireSameStrategies('paper-1', of('one', 'breakout'), of('one', 'momentum'))).toThrow(
      'one is of the kind breakout in paper-1, and would be of the kind momentum',
    );
  });

  it('may not have the name of one with other parameters, which claimed something else', () => {
    for (const parameters of [{ donchianBars: 90 }, {}, { donchianBars: 60, turbulentMax: 1 }])
      expect(() => requireSameStrategies('paper-1', of('one', 'breakout'), of('one', 'breakout', parameters))).toThrow(
        /one is with (donchianBars 60|turbulentMax unset) in paper-1, and would be with (90|unset|1): what it showed/,
      );
  });
});
