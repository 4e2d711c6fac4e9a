import { clearAtr, growAtr, grownFloats, newAtr, restateAtr, updateAtr, type Atr } from '@aitrader/core-features';
import { read, type ParameterRules } from '@aitrader/model';
import { ARMED, BAR_FLAGS, CALM, MINUTE_BARS, REGULAR_HOURS, STATE_SOUND, TRUE_RANGE, WARMED_UP } from './conditions.ts';
import { holdMinutesRule } from './leaving.ts';
import {
  clearSessionReturn,
  endSessionReturn,
  growSessionReturn,
  newSessionReturn,
  scaledSessionReturn,
  setSessionReturn,
  type SessionReturn,
} from './session-return.ts';
import type { Sight } from './sight.ts';
import { stopByRange, STOPS_BY_RANGE, targetByRange } from './stops-by-range.ts';
import { aCount, aNumber, aWindow, parameterOf, type StrategyKind, type Trigger } from './strategy-kind.ts';

const MS_PER_MINUTE = 60_000;

export interface SessionReturnMemory {
  readonly atr: Atr;
  readonly returns: SessionReturn;
  /** index of the session of the last bar of regular hours, plus 1 */
  session: Float64Array;
  /** last close of regular hours of this session, and of the one before, dollars; NaN where there is none */
  close: Float64Array;
  closeBefore: Float64Array;
}

const COLUMNS = ['session', 'close', 'closeBefore'] as const;

interface Usual {
  readonly sessionsMin: number;
  readonly zMin: number;
  readonly horizonMinutes: number;
  readonly stopAtr: number;
  readonly targetAtr: number;
}

const parametersOf = (usual: Usual) => ({
  centreSessions: aWindow("centre of mass of the return's variance, sessions", 20, 1, 2_520),
  sessionsMin: aCount('sessions that it is known from before anything is concluded', usual.sessionsMin, 1, 2_520),
  zMin: aNumber('standard deviations that it is from 0', usual.zMin, 0, 100),
  atrBars: STOPS_BY_RANGE.atrBars,
  stopAtr: { ...STOPS_BY_RANGE.stopAtr, usual: usual.stopAtr },
  targetAtr: { ...STOPS_BY_RANGE.targetAtr, usual: usual.targetAtr },
  turbulentMax: aNumber('greatest P(regime is turbulent)', 1, 0, 1),
  horizonMinutes: aCount('minutes that a signal speaks of', usual.horizonMinutes, 1, 390),
  holdMinutes: holdMinutesRule(usual.horizonMinutes),
  warmUpBars: aCount('bars of a symbol before its first signal', 120, 0, 100_000),
});
type Name = keyof ReturnType<typeof parametersOf>;

/** Minutes that a moment of a session is waited for a bar. */
const PATIENCE_MINUTES = 5;

/** A return that each session has one of, and what is made of it. */
interface OncePerSession {
  readonly what: string;
  readonly usual: Usual;
  readonly sense: Trigger<unknown>['sense'];
  /** minutes after the open of the close that the return reaches to; 0: to the open of the session's first bar */
  readonly toMinutes: number;
  /** minutes of the session, from its open on, at which it is looked at, or from its close back where below 0 */
  readonly atMinutes: number;
  /** the mean that is claimed, in standard deviations of the law, of a return in standard deviations */
  readonly claim: (z: number) => number;
}

/** Whether it is the moment at which the return is looked at, which a bar that is late is waited for. */
function isDue({ atMinutes }: OncePerSession, { t, moment: { session } }: Sight): boolean {
  if (session === undefined) return false;
  const at = (atMinutes < 0 ? session.close : session.open) + atMinutes * MS_PER_MINUTE;
  return t >= at && t <= at + PATIENCE_MINUTES * MS_PER_MINUTE;
}

function foldBar({ toMinutes }: OncePerSession, memory: SessionReturnMemory, sight: Sight): void {
  const { slot, open, high, low, close, t, isQuarantined, timeframe, moment } = sight;
  if (isQuarantined) return;
  updateAtr(memory.atr, slot, high, low, close);
  if (timeframe === '1d' || moment.phase !== 'RTH' || moment.session === undefined) return;
  const isFirst = read(memory.session, slot) !== moment.sessionIndex + 1;
  if (isFirst) beginSession(memory, slot, moment.sessionIndex);
  const before = read(memory.closeBefore, slot);
  if (toMinutes === 0) {
    if (isFirst) setSessionReturn(memory.returns, slot, before, open);
  } else if (t <= moment.session.open + toMinutes * MS_PER_MINUTE) setSessionReturn(memory.returns, slot, before, close);
  memory.close[slot] = close;
}

function beginSession(memory: SessionReturnMemory, slot: number, sessionIndex: number): void {
  // a session that had no bar leaves a return over several nights, which is another figure
  const isNext = read(memory.session, slot) === sessionIndex;
  endSessionReturn(memory.returns, slot);
  memory.closeBefore[slot] = isNext ? read(memory.close, slot) : NaN;
  memory.session[slot] = sessionIndex + 1;
}

function forget(memory: SessionReturnMemory, slot: number): void {
  clearAtr(memory.atr, slot);
  clearSessionReturn(memory.returns, slot);
  memory.close[slot] = NaN;
  memory.closeBefore[slot] = NaN;
  memory.session[slot] = 0;
}

function grow(memory: SessionReturnMemory, slots: number): void {
  growAtr(memory.atr, slots);
  growSessionReturn(memory.returns, slots);
  for (const name of COLUMNS) memory[name] = grownFloats(memory[name], slots, name === 'session' ? 0 : NaN);
}

/** A kind of strategy that looks at such a return, once a session. */
export function sessionReturnKind(of: OncePerSession): StrategyKind<Name, SessionReturnMemory> {
  const parameters: ParameterRules<Name> = parametersOf(of.usual);
  return {
    parameters,
    columns: ['turbulent', 'flags'],
    newMemory: ({ atrBars, centreSessions }) => ({
      ...{ atr: newAtr(atrBars), returns: newSessionReturn(centreSessions) },
      ...{ session: new Float64Array(0), close: new Float64Array(0), closeBefore: new Float64Array(0) },
    }),
    grow,
    fold: ({ memory }, sight) => foldBar(of, memory, sight),
    // a return is of one session; what is remembered of prices is restated before the next one
    restate: (memory, slot, { less, times }) => {
      restateAtr(memory.atr, slot, less, times);
      for (const column of [memory.close, memory.closeBefore]) column[slot] = (read(column, slot) - less) * times;
    },
    forget,

    trigger: {
      ...{ what: of.what, band: 'band', unit: 'sd', sense: of.sense },
      find: (considered, sight, into) => {
        const { returns } = considered.memory;
        into.value = isDue(of, sight) ? scaledSessionReturn(returns, sight.slot, parameterOf(considered, 'sessionsMin')) : NaN;
        into.high = parameterOf(considered, 'zMin');
        into.low = -into.high;
      },
    },
    conditions: [MINUTE_BARS, WARMED_UP, REGULAR_HOURS, BAR_FLAGS, STATE_SOUND, CALM, TRUE_RANGE, ARMED],

    horizonMinutes: ({ horizonMinutes }) => horizonMinutes,
    holdMinutes: ({ holdMinutes }) => holdMinutes,
    claim: (considered, { slot }, { sd }) =>
      of.claim(scaledSessionReturn(considered.memory.returns, slot, parameterOf(considered, 'sessionsMin'))) * sd,
    stopDistance: stopByRange,
    targetDistance: targetByRange,
    rearmBars: () => Infinity,
  };
}
