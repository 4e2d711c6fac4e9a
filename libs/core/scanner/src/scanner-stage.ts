/**
 * The scanner: at the configured times of the day, which symbols are worth trading, and why.
 *
 * 1. A list depends on what closed up to its interval and on nothing later: one of data up to T is the same on all data.
 * 2. The order in which shards arrive changes nothing, nor does the number of shards.
 * 3. A list is made at the intervals that `scanDue` tells and at no others, whatever the bars are.
 * 4. A state that was stored and restored goes on to make the same lists.
 * 5. The state is bounded by the symbols seen, the scans of a day and the days of its means.
 */
import type { ScannerConfig, ScannerInput, ScannerWord, Stage } from '@aitrader/model';
import { item } from '@aitrader/model';
import { actionsDue, hearActions } from '@aitrader/core-market';
import { momentAt } from '@aitrader/core-sessions';
import { makeList } from './ranking.ts';
import { NO_SCAN, scanDue } from './scan-schedule.ts';
import { goOnWithDays, newScannerState, type ScannerState } from './state.ts';
import { applyAction, enterTradeDate, hearShard } from './trade-date.ts';

/** Thrown when the recording cannot be. */
export class ScannerInvariantError extends Error {
  override readonly name = 'ScannerInvariantError';
}

/**
 * Takes in all shards' bars and states, and makes a list when a scan is due.
 * @throws ScannerInvariantError when the recording cannot be; CorporateActionError, CalendarRangeError
 */
function apply(state: ScannerState, input: ScannerInput, emit: ScannerWord): void {
  const { t, bars, states, control } = input;
  if (!(t > state.t)) throw new ScannerInvariantError(`interval ${t} after interval ${state.t}`);
  const { timeframe } = item(bars, 0);
  const scan = scanDue(state.schedule, timeframe, state.t, t);
  const moment = momentAt(state.schedule.calendar, t);
  for (const command of control) hearActions(state.agenda, command);
  enterTradeDate(state, moment, timeframe, t);
  for (const action of actionsDue(state.agenda, t)) applyAction(state, action);
  for (let shard = 0; shard < bars.length; shard++) {
    const own = item(bars, shard);
    const filtered = item(states, shard);
    if (own.t !== t || filtered.t !== t || own.count !== filtered.count || own.timeframe !== timeframe)
      throw new ScannerInvariantError(`bars and states of shard ${own.shard} are not both of interval ${t}`);
    if (moment.session !== undefined) hearShard(state, own, filtered, moment.phase === 'RTH');
  }
  state.t = t;
  emit.t = t;
  const { session } = moment;
  emit.watchlist = scan === NO_SCAN || session === undefined ? null : makeList(state, { scan, t, timeframe, session });
}

/** The stage that hosts run: bars and states in, a list out at the intervals of scans. */
export const scannerStage: Stage<ScannerConfig, ScannerState, ScannerInput, ScannerWord> = {
  initial: newScannerState,
  apply,
  layout: 'scanner/1',
  goOn: goOnWithDays,
};
