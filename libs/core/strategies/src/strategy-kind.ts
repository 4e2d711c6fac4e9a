import type { HorizonLaw } from '@aitrader/core-horizon';
import type { PriceMap } from '@aitrader/core-market';
import type { Direction, ParameterRule, ParameterRules, StateColumn, StrategyParameters } from '@aitrader/model';
import type { Sight } from './sight.ts';

/*
 * What a strategy is: a figure that leaves its band, the conditions that a bar must meet then, and what it claims of the returns to come.
 *
 * A kind of strategy is written once, in a folder of its own, and named in the registry. It is pure: what it remembers of bars is plain data,
 * typed arrays with so many numbers for each slot, one slot a symbol; it reads no clock and nothing of the run but the bar that it is shown.
 */

export type MeasureUnit = 'count' | 'flags' | 'ppm' | 'dollars' | 'sd';

/** A condition on a bar whose figure left its band. One that lacks a figure is not met: comparisons with NaN are false. */
export interface Condition<Memory> {
  readonly gate: string;
  readonly unit: MeasureUnit;
  isMet(of: Considered<Memory>, sight: Sight): boolean;
  /** the value and the limit that it is held against, for people; NaN of what is not known */
  measure(of: Considered<Memory>, sight: Sight): readonly [value: number, limit: number];
}

/** What every strategy remembers of its symbols. */
export interface Common {
  /** bars seen */
  seen: Uint32Array;
  /** index of the session of the last bar, plus 1; 0 before the first one */
  session: Uint32Array;
  /** bits of `SPENT`: the directions that have signalled and wait to be re-armed */
  spent: Uint32Array;
  /** bars since the last signal, as long as one is spent */
  since: Uint32Array;
  /** bits of `SPENT`: the directions whose signals something may have been entered on that was not said to be left */
  held: Uint32Array;
}

/** Bits of `Common.spent` and `Common.held`. */
export const SPENT = { LONG: 1, SHORT: 2 } as const;

/** The bit of a direction. */
export const spentBit = (direction: Direction): number => (direction > 0 ? SPENT.LONG : SPENT.SHORT);

/** A strategy of a run with what it remembers, as its conditions see it. */
export interface Considered<Memory> {
  readonly parameters: StrategyParameters;
  readonly common: Common;
  readonly memory: Memory;
}

/** The value of a parameter; NaN where there is none of that name. */
export const parameterOf = ({ parameters }: Pick<Considered<unknown>, 'parameters'>, name: string): number =>
  parameters[name] ?? NaN;

/** Where a figure lies: outside of [low, high] it has left its band. NaN where one of them is not known yet. */
export interface Band {
  value: number;
  low: number;
  high: number;
}

/** A figure whose leaving of its band is looked into. */
export interface Trigger<Memory> {
  /** what it is, as in `the close` or `the trend` */
  readonly what: string;
  /** and its band, as in `the channel` */
  readonly band: string;
  readonly unit: MeasureUnit;
  /** whether a figure above its band is for going along with, or against */
  readonly sense: 'with' | 'against';
  find(of: Considered<Memory>, sight: Sight, into: Band): void;
}

/** A kind of strategy. */
export interface StrategyKind<Name extends string = string, Memory extends object = object> {
  readonly parameters: ParameterRules<Name>;
  /** the columns of a state that it reads: a host need not decode the others */
  readonly columns: readonly StateColumn[];
  /** what it remembers before the first bar, without slots */
  newMemory(parameters: Readonly<Record<Name, number>>): Memory;
  /** makes room for so many slots; what the others hold stays */
  grow(memory: Memory, slots: number): void;
  /** takes in a bar of whatever phase, before it is looked at. O(1) amortised, free of allocation */
  fold(of: Considered<Memory>, sight: Sight): void;
  /** reads what a slot holds as prices of after a corporate action */
  restate(memory: Memory, slot: number, map: PriceMap): void;
  /** lets a slot be as before its first bar */
  forget(memory: Memory, slot: number): void;
  readonly trigger: Trigger<Memory>;
  /** what a bar whose figure left its band must meet to become a signal, in the order in which it is asked */
  readonly conditions: readonly Condition<Memory>[];
  /** minutes of regular hours that the claim is about; by daily bars whole sessions of them */
  horizonMinutes(parameters: Readonly<Record<Name, number>>): number;
  /** the mean of the log return over the horizon that it claims, in e8, as the figures have it whatever the side considered */
  claim(of: Considered<Memory>, sight: Sight, law: HorizonLaw, horizonMinutes: number): number;
  /** dollars from the close to the stop and to the target */
  stopDistance(of: Considered<Memory>, sight: Sight): number;
  targetDistance(of: Considered<Memory>, sight: Sight): number;
  /** minutes after which what was entered by minutes is left at the latest; 0, and where it is not said: when the hours that it was entered in end */
  holdMinutes?(parameters: Readonly<Record<Name, number>>): number;
  /** why what was entered in the direction considered is to be left; undefined as long as nothing known says so */
  leaves?(of: Considered<Memory>, sight: Sight): string | undefined;
  /** bars after a signal when the same direction may be signalled again though its figure has not been back; Infinity: never */
  rearmBars(parameters: Readonly<Record<Name, number>>): number;
}

const rule =
  (isWhole: boolean, isWindow: boolean) =>
  (what: string, usual: number, min: number, max: number): ParameterRule => ({ what, usual, min, max, isWhole, isWindow });

/** A number that decides on what was remembered. */
export const aNumber = rule(false, false);
/** A whole number that does. */
export const aCount = rule(true, false);
/** A whole number that shapes what is remembered of bars. */
export const aWindow = rule(true, true);
/** A number that does. */
export const aMemory = rule(false, true);
/** A parameter that shapes how a position is held and left, and nothing that is signalled or claimed. */
export const ofPosition = (of: ParameterRule): ParameterRule => ({ ...of, isOfPosition: true });
