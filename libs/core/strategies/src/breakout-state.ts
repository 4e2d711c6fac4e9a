import {
  type Atr,
  type Donchian,
  growAtr,
  growDonchian,
  growOpeningRange,
  grownCounts,
  newAtr,
  newDonchian,
  newOpeningRange,
  type OpeningRange,
} from '@aitrader/core-features';
import {
  SESSION_LENGTH,
  growHorizonLaws,
  type HorizonLaw,
  type HorizonLaws,
  newHorizonLaw,
  newHorizonLaws,
} from '@aitrader/core-horizon';
import { type ActionAgenda, newAgenda } from '@aitrader/core-market';
import { type CalendarCursor, newCalendarCursor, SESSION_MINUTES, sessionsIn } from '@aitrader/core-sessions';
import {
  addSlot,
  copySlot,
  findSlot,
  newSymbolIndex,
  PPM,
  type StrategyConfig,
  type SymbolIndex,
  type Ticker,
  type Timeframe,
} from '@aitrader/model';
import { newOutlook, type Outlook } from './forward-return.ts';

/** Everything that the breakout strategy remembers: plain data, its columns indexed by slot, one slot per symbol. */
export interface BreakoutState {
  readonly config: StrategyConfig;
  /** the configuration's probabilities in 1e-6, the unit of the states they are compared with */
  readonly velocityUpPpmMin: number;
  readonly velocityUpPpmMaxForShorts: number;
  readonly turbulentPpmMax: number;
  readonly outlook: Outlook;
  /** over as many whole sessions as the horizon has: what is held by daily bars */
  readonly dailyOutlook: Outlook;
  readonly cursor: CalendarCursor;
  readonly index: SymbolIndex;
  /** corporate actions that are not in force yet */
  readonly agenda: ActionAgenda;
  /** bars seen */
  seen: Uint32Array;
  /** index of the session of the last bar, plus 1; 0 before the first one */
  session: Uint32Array;
  /** bits of `SPENT`: the directions that have signalled and wait to be re-armed */
  spent: Uint32Array;
  readonly atr: Atr;
  readonly donchian: Donchian;
  readonly openingRange: OpeningRange;
  /** of the horizon that bars of the run have; of none before the first bar */
  laws: HorizonLaws;
  /** where a law is written to be read at once */
  readonly law: HorizonLaw;
}

/** Bits of `BreakoutState.spent`. */
export const SPENT = { LONG: 1, SHORT: 2 } as const;

const FIRST_CAPACITY = 16;

/** The state before the first bar. @throws RangeError naming the first parameter that makes no sense */
export function newBreakoutState(config: StrategyConfig): BreakoutState {
  assertSensible(config);
  const velocityUpPpmMin = Math.round(config.velocityUpMin * PPM);
  const state: BreakoutState = {
    config,
    velocityUpPpmMin,
    velocityUpPpmMaxForShorts: PPM - velocityUpPpmMin,
    turbulentPpmMax: Math.round(config.turbulentMax * PPM),
    outlook: newOutlook(config.horizonMinutes),
    dailyOutlook: newOutlook(sessionsIn(config.horizonMinutes) * SESSION_MINUTES),
    cursor: newCalendarCursor(),
    index: newSymbolIndex(),
    agenda: newAgenda(),
    seen: new Uint32Array(0),
    session: new Uint32Array(0),
    spent: new Uint32Array(0),
    atr: newAtr(config.atrBars),
    donchian: newDonchian(config.donchianBars),
    openingRange: newOpeningRange(config.openingRangeMinutes),
    laws: newHorizonLaws([]),
    law: newHorizonLaw(),
  };
  grow(state, FIRST_CAPACITY);
  return state;
}

/** The horizon that signals of such bars have. */
export const outlookFor = ({ outlook, dailyOutlook }: BreakoutState, timeframe: Timeframe): Outlook =>
  timeframe === '1d' ? dailyOutlook : outlook;

/** Makes sure that there are laws of the horizon that such bars have. */
export function requireLaws(state: BreakoutState, timeframe: Timeframe): void {
  if (state.laws.horizons.length > 0) return;
  const { horizonMinutes } = outlookFor(state, timeframe);
  const sessions = horizonMinutes / SESSION_MINUTES;
  // of daily bars a horizon is whole sessions, whose regular hours alone have bars
  state.laws = newHorizonLaws([timeframe === '1d' ? sessions * SESSION_LENGTH : horizonMinutes]);
  growHorizonLaws(state.laws, state.seen.length);
}

/** The symbol's slot, a new one when it was never seen; `likely` is where to look first. O(1) amortised. */
export function slotOf(state: BreakoutState, symbol: Ticker, likely: number): number {
  const known = findSlot(state.index, symbol, likely);
  if (known >= 0) return known;
  const slot = addSlot(state.index, symbol);
  if (slot >= state.seen.length) grow(state, state.seen.length * 2);
  return slot;
}

/**
 * Goes on with the symbols that `owns` tells. Windows or a horizon of another length have nothing to go on with: their symbols warm up anew, by what was
 * heard and is not in force yet.
 */
export function goOnWithSymbols(
  config: StrategyConfig,
  ended: readonly BreakoutState[],
  owns: (symbol: Ticker) => boolean,
): BreakoutState {
  const state = newBreakoutState(config);
  for (const before of ended) {
    Object.assign(state.agenda, before.agenda);
    if (!hasSameWindows(config, before.config)) continue;
    const laws = lawsOf(before);
    if (laws !== undefined && state.laws.horizons.length === 0) {
      state.laws = newHorizonLaws(laws.horizons);
      growHorizonLaws(state.laws, state.seen.length);
    }
    before.index.symbols.forEach((symbol, slot) => {
      if (!owns(symbol)) return;
      const at = slotOf(state, symbol, 0);
      copySlot(
        { table: columnsOf(before), room: before.seen.length, slot },
        { table: columnsOf(state), room: state.seen.length, slot: at },
      );
      if (laws === undefined) return;
      copySlot(
        { table: horizonColumnsOf(laws), room: laws.room, slot },
        { table: horizonColumnsOf(state.laws), room: state.laws.room, slot: at },
      );
    });
  }
  return state;
}

const hasSameWindows = (a: StrategyConfig, b: StrategyConfig): boolean =>
  a.atrBars === b.atrBars &&
  a.donchianBars === b.donchianBars &&
  a.openingRangeMinutes === b.openingRangeMinutes &&
  a.horizonMinutes === b.horizonMinutes;

const columnsOf = ({ seen, session, spent, atr, donchian, openingRange }: BreakoutState) => ({
  ...{ seen, session, spent, atr, donchian, openingRange },
});

/** States of layout `breakout/1` have no laws. */
const lawsOf = ({ laws }: Partial<BreakoutState>): HorizonLaws | undefined => (laws?.horizons.length === 0 ? undefined : laws);
const horizonColumnsOf = ({ last, season, shapes, waiting }: HorizonLaws) => ({ last, season, shapes, waiting });

function grow(state: BreakoutState, slots: number): void {
  state.seen = grownCounts(state.seen, slots);
  state.session = grownCounts(state.session, slots);
  state.spent = grownCounts(state.spent, slots);
  growAtr(state.atr, slots);
  growDonchian(state.donchian, slots);
  growOpeningRange(state.openingRange, slots);
  growHorizonLaws(state.laws, slots);
}

/** The features check their own lengths. */
function assertSensible(config: StrategyConfig): void {
  const { stopAtr, targetAtr, velocityUpMin, turbulentMax, horizonMinutes, warmUpBars } = config;
  const rules: readonly (readonly [string, number, boolean])[] = [
    ['stopAtr', stopAtr, stopAtr > 0 && stopAtr < Infinity],
    ['targetAtr', targetAtr, targetAtr > 0 && targetAtr < Infinity],
    ['velocityUpMin', velocityUpMin, velocityUpMin >= 0 && velocityUpMin <= 1],
    ['turbulentMax', turbulentMax, turbulentMax >= 0 && turbulentMax <= 1],
    ['horizonMinutes', horizonMinutes, Number.isSafeInteger(horizonMinutes) && horizonMinutes >= 1],
    ['warmUpBars', warmUpBars, Number.isSafeInteger(warmUpBars) && warmUpBars >= 0],
  ];
  for (const [name, value, sensible] of rules) {
    if (!sensible) throw new RangeError(`strategy ${name} makes no sense: ${value}`);
  }
}
