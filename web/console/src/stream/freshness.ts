import { waitingStages, type RunState } from './run-state.ts';

/** How far what is shown can be relied on. */
export interface Freshness {
  /** since the console was last heard of, and had itself read of the bus all that there is */
  readonly ageMs: number;
  readonly isStale: boolean;
  /** why, in words; empty of what is fresh */
  readonly why: string;
}

/** The console tells of itself each second: three that are missing are no accident. */
const SILENCE_MS_MAX = 4_000;
/** What waits goes on within a fraction of a second, unless what it waits for is gone. */
const STANDSTILL_MS_MAX = 2_500;
/** A recording that grows is read a little behind itself; by more than this the figures are of earlier. */
const BEHIND_MAX = 2_000;

/** How fresh what a page shows is at `now`, by its own clock. */
export function freshnessOf(
  state: Pick<RunState, 'beat' | 'beatAt' | 'standsSince' | 'hearing' | 'problem' | 'isCaughtUp'>,
  now: number,
): Freshness {
  const { beat, beatAt, standsSince, hearing, problem, isCaughtUp } = state;
  const ageMs = beatAt === 0 ? 0 : Math.max(0, now - beatAt);
  const stale = (why: string): Freshness => ({ ageMs, isStale: true, why });
  if (hearing === 'refused') return stale('the console does not tell of this run');
  if (problem !== undefined) return stale('the recording cannot be read further');
  if (beat === undefined) return { ageMs, isStale: true, why: 'nothing was heard yet' };
  if (ageMs > SILENCE_MS_MAX || hearing === 'lost') return stale('the console is not heard');
  if (!beat.bus.connected) return { ageMs: Math.max(ageMs, beat.now - beat.bus.since), isStale: true, why: 'the bus is lost' };
  const behind = beat.stored - beat.read;
  if (!isCaughtUp) return stale(`reading the recording, ${behind} messages to go`);
  if (behind > BEHIND_MAX) return stale(`${behind} messages behind the recording`);
  const standsMs = standsSince === 0 || !beat.isGoingOn ? 0 : now - standsSince;
  if (standsMs > STANDSTILL_MS_MAX)
    return { ageMs: standsMs, isStale: true, why: `the run stands still, waiting: ${waitingStages(beat).join(', ')}` };
  return { ageMs, isStale: false, why: '' };
}
