import { newHorizonLaw, newHorizonLaws, type HorizonLaws } from '@aitrader/core-horizon';
import type { StrategyParameters } from '@aitrader/model';
import type { Common } from './strategy-kind.ts';
import type { RunningStrategy, StrategiesState } from './remembered.ts';

/** A state of layout `breakout/1` or `breakout/2`, of when there was one strategy; the first had no laws. */
interface BreakoutState extends Pick<StrategiesState, 'cursor' | 'index' | 'agenda'>, Omit<Common, 'since' | 'held'> {
  readonly config: StrategyParameters;
  readonly atr: { readonly previousClose: Float64Array };
  readonly donchian: object;
  readonly openingRange: object;
  readonly laws?: HorizonLaws;
}

/** A state of layout `strategies/1`, of when no strategy said that anything is to be left. */
interface StateWithoutExits extends Omit<StrategiesState, 'strategies'> {
  readonly strategies: readonly (Omit<RunningStrategy, 'common'> & { readonly common: Omit<Common, 'held'> & Partial<Common> })[];
}

/** A state of any layout that can be gone on with. */
export type EarlierState = StrategiesState | StateWithoutExits | BreakoutState;

/** A state of any layout that can be gone on with, as today's says it. */
export function earlierState(state: EarlierState): StrategiesState {
  if ('strategies' in state) {
    const strategies = state.strategies.map(({ common, ...strategy }) => ({
      ...strategy,
      common: { ...common, held: common.held ?? new Uint32Array(common.seen.length) },
    }));
    return { ...state, strategies };
  }
  const { config, seen, session, spent, atr, donchian, openingRange, ...rest } = state;
  const { cursor, index, agenda, laws = newHorizonLaws([]) } = rest;
  return {
    strategies: [
      {
        entry: { name: 'breakout', kind: 'breakout', parameters: config },
        parameters: config,
        common: { seen, session, spent, since: new Uint32Array(seen.length), held: new Uint32Array(seen.length) },
        memory: { atr, donchian, openingRange },
      },
    ],
    ...{ cursor, index, agenda, closes: atr.previousClose, timeframe: null, laws, law: newHorizonLaw() },
  };
}
