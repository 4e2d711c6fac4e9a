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

const stateSound: Gate = (candidate) => {
  const flags = figure(candidate, 'flags');
  return flags >= 0 && (flags & (STATE_FLAG.WARMING_UP | STATE_FLAG.SUSPECT | STATE_FLAG.SATURATED)) === 0;
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

/** What a bar that left the channel must meet to become a signal, in the order in which it is asked. */
const GATES: readonly Gate[] = [
  warmedUp,
  inRegularHours,
  barUnflagged,
  stateSound,
  beyondOpeningRange,
  velocityAgrees,
  calmEnough,
  atrReady,
  armed,
];

/** Whether a candidate meets every gate. */
export function passesGates(candidate: Candidate): boolean {
  for (const gate of GATES) if (!gate(candidate)) return false;
  return true;
}

/** The bit of `BreakoutState.spent` that belongs to a direction. */
export const spentBit = (direction: Direction): number => (direction > 0 ? SPENT.LONG : SPENT.SHORT);

/** One figure of the candidate's state. */
export const figure = ({ states, row }: Candidate, column: StateColumn): number =>
  read(states.rows, row * STATE_WIDTH + AT[column]);
