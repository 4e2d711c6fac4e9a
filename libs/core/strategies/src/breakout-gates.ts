import type { Phase } from '@aitrader/core-sessions';
import {
  AT,
  type BarSlice,
  type Direction,
  read,
  readUint32,
  STATE_FLAG,
  STATE_WIDTH,
  type StateColumn,
  type StateSlice,
} from '@aitrader/model';
import { type BreakoutState, SPENT } from './breakout-state.ts';

/** A bar whose close lies outside the channel, under consideration. One per slice, moved from bar to bar. */
export interface Candidate {
  readonly state: BreakoutState;
  readonly bars: BarSlice;
  readonly states: StateSlice;
  readonly phase: Phase;
  /** index of the bar in its slice */
  row: number;
  slot: number;
  /** the side on which the close left the channel */
  direction: Direction;
}

/** A condition on a candidate. One that lacks a figure is not met: comparisons with NaN are false. */
type Gate = (candidate: Candidate) => boolean;

const warmedUp: Gate = ({ state, slot }) => readUint32(state.seen, slot) > state.config.warmUpBars;

const inRegularHours: Gate = ({ phase }) => phase === 'RTH';

const barUnflagged: Gate = ({ bars, row }) => readUint32(bars.flags, row) === 0;

/** What makes a state one that nothing is concluded from. */
const SOUND = STATE_FLAG.WARMING_UP | STATE_FLAG.SUSPECT | STATE_FLAG.SATURATED;

const stateSound: Gate = (candidate) => {
  const flags = figure(candidate, 'flags');
  return flags >= 0 && (flags & SOUND) === 0;
};

/** A daily bar holds the whole session, so that there is no opening range to leave. */
const beyondOpeningRange: Gate = ({ state, bars, row, slot, direction }) => {
  if (bars.timeframe === '1d') return true;
  const close = read(bars.close, row);
  return direction > 0 ? close > read(state.openingRange.high, slot) : close < read(state.openingRange.low, slot);
};

const velocityAgrees: Gate = (candidate) => {
  const { state, direction } = candidate;
  const up = figure(candidate, 'velocityUp');
  return direction > 0 ? up >= state.velocityUpPpmMin : up <= state.velocityUpPpmMaxForShorts;
};

const calmEnough: Gate = (candidate) => figure(candidate, 'turbulent') <= candidate.state.turbulentPpmMax;

const atrReady: Gate = ({ state, slot }) => read(state.atr.value, slot) > 0;

const armed: Gate = ({ state, slot, direction }) => (readUint32(state.spent, slot) & spentBit(direction)) === 0;

/** What a condition measured, for people: it is met where `passes`, whatever rounding does to the figures when they are shown. */
export interface BreakoutFinding {
  readonly gate: string;
  readonly unit: 'count' | 'flags' | 'ppm' | 'dollars';
  readonly value: number;
  readonly limit: number;
  readonly passes: boolean;
}
interface Condition extends Pick<BreakoutFinding, 'gate' | 'unit'> {
  readonly isMet: Gate;
  /** the value and the limit that it is held against; NaN of what is not known */
  readonly measure: (candidate: Candidate) => readonly [number, number];
}

/** What a bar that left the channel must meet to become a signal, in the order in which it is asked. */
const CONDITIONS: readonly Condition[] = [
  {
    ...{ gate: 'WARMED_UP', unit: 'count', isMet: warmedUp },
    measure: ({ state, slot }) => [readUint32(state.seen, slot), state.config.warmUpBars + 1],
  },
  { gate: 'REGULAR_HOURS', unit: 'flags', isMet: inRegularHours, measure: ({ phase }) => [phase === 'RTH' ? 0 : 1, 0] },
  { gate: 'BAR_FLAGS', unit: 'flags', isMet: barUnflagged, measure: ({ bars, row }) => [readUint32(bars.flags, row), 0] },
  {
    ...{ gate: 'STATE_SOUND', unit: 'flags', isMet: stateSound },
    measure: (candidate) => [figure(candidate, 'flags') & SOUND, 0],
  },
  {
    ...{ gate: 'OPENING_RANGE', unit: 'dollars', isMet: beyondOpeningRange },
    measure: ({ state, bars, row, slot, direction }) => [
      read(bars.close, row),
      bars.timeframe === '1d' ? NaN : read(direction > 0 ? state.openingRange.high : state.openingRange.low, slot),
    ],
  },
  {
    ...{ gate: 'VELOCITY', unit: 'ppm', isMet: velocityAgrees },
    measure: (candidate) => [
      figure(candidate, 'velocityUp'),
      candidate.direction > 0 ? candidate.state.velocityUpPpmMin : candidate.state.velocityUpPpmMaxForShorts,
    ],
  },
  {
    ...{ gate: 'CALM', unit: 'ppm', isMet: calmEnough },
    measure: (candidate) => [figure(candidate, 'turbulent'), candidate.state.turbulentPpmMax],
  },
  { gate: 'TRUE_RANGE', unit: 'dollars', isMet: atrReady, measure: ({ state, slot }) => [read(state.atr.value, slot), 0] },
  {
    ...{ gate: 'ARMED', unit: 'flags', isMet: armed },
    measure: ({ state, slot, direction }) => [readUint32(state.spent, slot) & spentBit(direction), 0],
  },
];

/** Whether a candidate meets every condition. */
export function passesGates(candidate: Candidate): boolean {
  for (const { isMet } of CONDITIONS) if (!isMet(candidate)) return false;
  return true;
}

/** What every condition measured of a candidate. */
export const findingsOf = (candidate: Candidate): readonly BreakoutFinding[] =>
  CONDITIONS.map(({ gate, unit, isMet, measure }) => {
    const [value, limit] = measure(candidate);
    return { gate, unit, value, limit, passes: isMet(candidate) };
  });

/** The bit of `BreakoutState.spent` that belongs to a direction. */
export const spentBit = (direction: Direction): number => (direction > 0 ? SPENT.LONG : SPENT.SHORT);

/** One figure of the candidate's state. */
export const figure = ({ states, row }: Candidate, column: StateColumn): number =>
  read(states.rows, row * STATE_WIDTH + AT[column]);
