import { decodeInterval } from '@aitrader/application-pipeline';
import { manifestOrFail } from '@aitrader/application-recordings';
import { actionsDue, hearActions, newAgenda } from '@aitrader/core-market';
import { dollarsOf, item, read, type Cash, type EpochMs, type Manifest, type RunId } from '@aitrader/model';
import { readRecording, type Bus } from '@aitrader/runtime-bus';
import { newInterval, newRunTally, type Interval, type RunSummary } from '@aitrader/runtime-engine';
import { HoldingReturns, type HeldReturns } from './holding-returns.ts';
import { RoundTrips, type RoundTrip } from './round-trips.ts';

/*
 * The history of an account as its recordings tell it: of one run, or of runs that follow one another, oldest first.
 */

/** The account at the end of every interval, a column a figure. Money in dollars. */
export interface AccountCurve {
  readonly t: EpochMs[];
  readonly equity: number[];
  readonly cash: number[];
  /** sum of |position| at the last prices */
  readonly gross: number[];
  /** fall from the highest equity there was, as a fraction of it */
  readonly drawdown: number[];
}

/** What an account did in a run, or over runs that follow one another. */
export interface AccountHistory {
  /** the run that was asked for last, those that it follows before it */
  readonly manifests: readonly Manifest[];
  /** of all of them together */
  readonly summary: RunSummary;
  readonly startEquity: number;
  readonly curve: AccountCurve;
  readonly trips: readonly RoundTrip[];
  /** what holding the universe would have come to, by trade date */
  readonly held: HeldReturns;
  /** messages that belong to intervals which are not complete, of the last run */
  readonly unfinished: number;
}

/** Reads the history of a run and of those that it follows. @throws UnknownRunError, BrokenRecordingError */
export async function readHistory(bus: Bus, run: RunId, onProgress?: (share: number) => void): Promise<AccountHistory> {
  const manifests = await chainOf(bus, run);
  const reader = new HistoryReader();
  let unfinished = 0;
  for (const [i, manifest] of manifests.entries()) {
    const interval = newInterval(manifest.shards, manifest.timeframe);
    const share = (part: number): void => onProgress?.((i + part) / manifests.length);
    const read = await readRecording(bus, manifest.run, {
      onProgress: share,
      onInterval: (recorded, _, opening) => {
        decodeInterval(recorded, interval);
        reader.begin(opening?.closing(() => false).account.equity ?? manifest.config.risk.startingCash);
        reader.add(interval);
      },
    });
    unfinished = read.unfinished;
    reader.begin(read.opening?.closing(() => false).account.equity ?? manifest.config.risk.startingCash);
  }
  return { manifests, unfinished, ...reader.current() };
}

/** The manifests of a run and of those that it follows, the oldest first. */
async function chainOf(bus: Bus, run: RunId): Promise<readonly Manifest[]> {
  const chain: Manifest[] = [];
  for (let next: RunId | undefined = run; next !== undefined;) {
    const manifest: Manifest = await manifestOrFail(bus, next);
    chain.unshift(manifest);
    next = manifest.follows?.run;
  }
  return chain;
}

/** Takes in intervals, one after the other. */
export class HistoryReader {
  readonly #curve: AccountCurve = { t: [], equity: [], cash: [], gross: [], drawdown: [] };
  readonly #trips = new RoundTrips();
  readonly #agenda = newAgenda();
  readonly #returns = new HoldingReturns();
  #tally: ReturnType<typeof newRunTally> | undefined;
  #start: Cash | undefined;
  #peak = -Infinity;

  /** What the account had before the first interval; said again it is passed over. */
  begin(equity: Cash): void {
    if (this.#start !== undefined) return;
    this.#start = equity;
    this.#peak = dollarsOf(equity);
    this.#tally = newRunTally(equity);
  }

  add(interval: Interval): void {
    this.#tally?.add(interval);
    const { t, control, report, decision, bars } = interval;
    for (const command of control) hearActions(this.#agenda, command);
    for (const action of actionsDue(this.#agenda, t)) {
      this.#trips.acted(action);
      this.#returns.acted(action);
    }
    const held = this.#trips.held();
    const traded = new Set(report.fills.map(({ symbol }) => symbol));
    for (const slice of bars)
      for (let row = 0; row < slice.count; row++) {
        const symbol = item(slice.symbols, row);
        this.#returns.passed(t, symbol, read(slice.close, row));
        // of a bar that something traded in it is not known what came before
        if (held.has(symbol) && !traded.has(symbol)) this.#trips.passed(symbol, read(slice.low, row), read(slice.high, row));
      }
    for (const fill of report.fills) this.#trips.filled(fill);
    for (const { orderId, leg, reason } of report.events) this.#trips.said(orderId, leg, reason);
    for (const order of decision.orders) this.#trips.decided(order);
    this.#note(t, decision.account);
  }

  #note(t: EpochMs, { equity, cash, gross }: Interval['decision']['account']): void {
    const now = dollarsOf(equity);
    this.#peak = Math.max(this.#peak, now);
    this.#curve.t.push(t);
    this.#curve.equity.push(now);
    this.#curve.cash.push(dollarsOf(cash));
    this.#curve.gross.push(dollarsOf(gross));
    this.#curve.drawdown.push(this.#peak > 0 ? (this.#peak - now) / this.#peak : 0);
  }

  current(): Omit<AccountHistory, 'manifests' | 'unfinished'> {
    const start = this.#start;
    if (start === undefined || this.#tally === undefined) throw new Error('nothing was begun with');
    return {
      summary: this.#tally.current(),
      startEquity: dollarsOf(start),
      curve: this.#curve,
      trips: this.#trips.current(),
      held: this.#returns.current(),
    };
  }
}
