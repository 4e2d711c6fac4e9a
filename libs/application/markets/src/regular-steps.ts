import { sessionsBetween, type TradingSession } from '@aitrader/core-sessions';
import { MINUTES_OF, type Timeframe } from '@aitrader/model';

/*
 * The steps of a timeframe within regular hours, numbered through from the first session of a range: what a series would have a bar at
 * if it had traded in every one. Daily bars have one step a session.
 */

const MINUTE_MS = 60_000;

/** A walk over the sessions of a range, in the order of time. */
export interface RegularSteps {
  readonly sessions: readonly TradingSession[];
  readonly stepMs: number;
  /** index of the session that the last instant asked for belongs to or comes before, and the steps of those before it */
  session: number;
  stepsBefore: number;
}

/** Begins before the first session from one New York date to another, both included. @throws CalendarRangeError */
export const newRegularSteps = (first: string, last: string, timeframe: Timeframe): RegularSteps => ({
  sessions: sessionsBetween(first, last),
  stepMs: timeframe === '1d' ? Infinity : MINUTES_OF[timeframe] * MINUTE_MS,
  session: 0,
  stepsBefore: 0,
});

/** How many steps a session has. The last may be cut short by the close. */
export const stepsOf = ({ stepMs }: Pick<RegularSteps, 'stepMs'>, { open, close }: TradingSession): number =>
  stepMs === Infinity ? 1 : Math.ceil((close - open) / stepMs);

/** The number of the step that a bar closing at `t` is of; −1 outside regular hours. Instants are asked for in the order of time. */
export function regularStep(steps: RegularSteps, t: number): number {
  const { sessions, stepMs } = steps;
  for (let session = sessions[steps.session]; session !== undefined && t > session.postClose; session = sessions[steps.session]) {
    steps.stepsBefore += stepsOf(steps, session);
    steps.session++;
  }
  const session = sessions[steps.session];
  if (session === undefined || t <= session.open) return -1;
  if (stepMs === Infinity) return steps.stepsBefore;
  if (t - stepMs >= session.close) return -1;
  return steps.stepsBefore + Math.min(Math.ceil((t - session.open) / stepMs), stepsOf(steps, session)) - 1;
}
