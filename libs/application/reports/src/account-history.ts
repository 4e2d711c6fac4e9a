import { decodeInterval } from '@aitrader/application-pipeline';
import { manifestOrFail } from '@aitrader/application-recordings';
import { actionsDue, hearActions, newAgenda } from '@aitrader/core-market';
import {
  dollarsOf,
  isQuarantined,
  item,
  read,
  readUint32,
  type Cash,
  type Denial,
  type EpochMs,
  type Order,
  type Manifest,
  type RunConfig,
  type RunId,
  type Ticker,
} from '@aitrader/model';
import { readRecording, type Bus } from '@aitrader/runtime-bus';
import { sessionsBetween, tradeDateAt, newYorkDate } from '@aitrader/core-sessions';
import {
  newEdgeTally,
  newInterval,
  newRunTally,
  type Interval,
  type RunSummary,
  type StrategyEdge,
} from '@aitrader/runtime-engine';
import { CandleBook, type Candles } from './candles.ts';
import { FillCosts, type CostsByKind, type FillCost } from './fill-costs.ts';
import { HoldingReturns, type HeldReturns } from './holding-returns.ts';
import { RoundTrips, type RoundTrip } from './round-trips.ts';
import { FanBook, type Fan } from './state-fans.ts';
import { SignalCalibration, type SignalGroup } from './signal-calibration.ts';

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
  /** what the claims of each strategy had come to by the end of each trade date, as risk said last */
  readonly edges: readonly { readonly date: string; readonly edges: readonly StrategyEdge[] }[];
  /** how what signals said of their horizon fared */
  readonly signals: readonly SignalGroup[];
  /** what fills cost, by kind, and each of them */
  readonly costs: CostsByKind;
  readonly fillCosts: readonly FillCost[];
  /** what states forecast of the symbols that were traded most, on those dates */
  readonly fans: readonly Fan[];
  /** prices of a symbol; undefined of one without a bar */
  readonly candlesOf: (symbol: Ticker) => Candles | undefined;
  /** messages that belong to intervals which are not complete, of the last run */
  readonly unfinished: number;
}

/** Reads the history of a run and of those that it follows; `watch` sees every interval, decoded. @throws UnknownRunError, BrokenRecordingError */
export async function readHistory(
  bus: Bus,
  run: RunId,
  onProgress?: (share: number) => void,
  watch?: (interval: Interval) => void,
): Promise<AccountHistory> {
  const manifests = await chainOf(bus, run);
  const reader = new HistoryReader(datesOf(manifests) > DATES_OF_HALF_HOURS_MAX);
  let unfinished = 0;
  for (const [i, manifest] of manifests.entries()) {
    const interval = newInterval(manifest.shards, manifest.timeframe);
    const share = (part: number): void => onProgress?.((i + part) / manifests.length);
    const read = await readRecording(bus, manifest.run, {
      onProgress: share,
      onInterval: (recorded, _, opening) => {
        decodeInterval(recorded, interval);
        reader.begin(opening?.closing(() => false).account.equity ?? manifest.config.risk.startingCash, manifest.config);
        reader.add(interval);
        watch?.(interval);
      },
    });
    unfinished = read.unfinished;
    reader.begin(read.opening?.closing(() => false).account.equity ?? manifest.config.risk.startingCash, manifest.config);
  }
  return { manifests, unfinished, ...reader.current() };
}

/** Trade dates up to which prices are drawn by half hours. */
const DATES_OF_HALF_HOURS_MAX = 20;

const datesOf = (manifests: readonly Manifest[]): number =>
  sessionsBetween(newYorkDate(item(manifests, 0).from), newYorkDate(item(manifests, manifests.length - 1).to)).length;

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
  readonly #signals = new SignalCalibration();
  readonly #fans = new FanBook();
  readonly #candles: CandleBook;
  readonly #edgeTally = newEdgeTally();
  readonly #edges: { date: string; edges: readonly StrategyEdge[] }[] = [];
  #costs: FillCosts | undefined;
  #tally: ReturnType<typeof newRunTally> | undefined;
  #start: Cash | undefined;
  #peak = -Infinity;

  /** `byDate`: prices are drawn by trade dates, else by half hours */
  constructor(byDate = true) {
    this.#candles = new CandleBook(byDate);
  }

  /** What the account had before the first interval, which said again is passed over; and what its run charges, until another one begins. */
  begin(equity: Cash, config: Pick<RunConfig, 'simulation' | 'broker'>): void {
    this.#costs ??= new FillCosts(config);
    this.#costs.chargedBy(config);
    if (this.#start !== undefined) return;
    this.#start = equity;
    this.#peak = dollarsOf(equity);
    this.#tally = newRunTally(equity);
  }

  add(interval: Interval): void {
    this.#tally?.add(interval);
    this.#signals.add(interval);
    this.#fans.add(interval);
    const { t, control, report, decision } = interval;
    for (const command of control) hearActions(this.#agenda, command);
    for (const action of actionsDue(this.#agenda, t)) {
      this.#trips.acted(action);
      this.#returns.acted(action);
      this.#costs?.acted(action);
    }
    this.#passBars(interval, new Set(report.fills.map(({ symbol }) => symbol)));
    this.#costs?.filled(interval);
    for (const fill of report.fills) this.#trips.filled(fill);
    for (const { orderId, leg, reason } of report.events) this.#trips.said(orderId, leg, reason);
    for (const order of decision.orders) {
      this.#trips.decided(order);
      this.#costs?.decided(order);
    }
    this.#noteEdges(t, [...decision.orders, ...decision.denials]);
    this.#note(t, decision.account);
  }

  #passBars({ t, bars }: Interval, traded: ReadonlySet<Ticker>): void {
    const held = this.#trips.held();
    for (const slice of bars)
      for (let row = 0; row < slice.count; row++) {
        const symbol = item(slice.symbols, row);
        const [low, high, close] = [read(slice.low, row), read(slice.high, row), read(slice.close, row)];
        this.#returns.passed(t, symbol, close);
        if (!isQuarantined(readUint32(slice.flags, row)))
          this.#candles.passed(t, symbol, read(slice.open, row), high, low, close);
        // of a bar that something traded in it is not known what came before
        if (held.has(symbol) && !traded.has(symbol)) this.#trips.passed(symbol, low, high);
      }
  }

  #noteEdges(t: EpochMs, answers: readonly (Order | Denial)[]): void {
    if (answers.length === 0) return;
    for (const answer of answers) this.#edgeTally.add(answer);
    const date = tradeDateAt(t);
    if (this.#edges.at(-1)?.date === date) this.#edges.pop();
    this.#edges.push({ date, edges: this.#edgeTally.current() });
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
    const [start, costs] = [this.#start, this.#costs];
    if (start === undefined || costs === undefined || this.#tally === undefined) throw new Error('nothing was begun with');
    return {
      summary: this.#tally.current(),
      startEquity: dollarsOf(start),
      curve: this.#curve,
      trips: this.#trips.current(),
      held: this.#returns.current(),
      edges: this.#edges,
      signals: this.#signals.current(),
      ...{ costs: costs.current(), fillCosts: costs.fills() },
      fans: this.#fans.current(),
      candlesOf: (symbol) => this.#candles.of(symbol),
    };
  }
}
