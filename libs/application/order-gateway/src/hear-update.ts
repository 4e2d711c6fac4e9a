import type { TradeUpdate } from '@aitrader/adapter-alpaca-trading';
import type { Report, ReportedExecution } from '@aitrader/model';
import { updateReport } from './broker-words.ts';
import type { GatewayDesk } from './gateway-desk.ts';

/*
 * What the stream says, told on.
 *
 * 1. A trade is told once, however often and from wherever it comes.
 * 2. What undoes or restates a trade that was not told of waits for it, and the broker is asked.
 */

/** Undone or restated trades that wait, at the most: more than a day has; a trade that was forgotten is found by its order's sum. */
const EARLY_MAX = 1_000;

/** Takes updates, and tells what is new in them. */
export class UpdateReader {
  readonly #desk: GatewayDesk;
  readonly #doubt: (why: string) => void;
  /** by the id of the trade that they are about */
  readonly #early = new Map<string, Report[]>();

  /** `doubt` is told why the broker should be asked what it has. */
  constructor(desk: GatewayDesk, doubt: (why: string) => void) {
    this.#desk = desk;
    this.#doubt = doubt;
  }

  hear(update: TradeUpdate, raw: string): void {
    const report = updateReport(update, this.#desk.namedBy(update.order), raw);
    if (report === undefined) return this.#desk.warn(`left aside, about no US equity: ${update.order.symbol}`);
    const { execution } = report;
    if (execution === null) return this.#desk.sayUpdate(report);
    if (report.kind === 'execution') this.#hearTrade(report, execution);
    else this.#hearAmendment(report, execution);
  }

  /** What waited for trades that were found at the broker in the meantime. */
  settle(): void {
    for (const [id, reports] of this.#early) {
      if (this.#desk.trades.named(id) === undefined) continue;
      this.#early.delete(id);
      for (const report of reports) if (report.execution !== null) this.#hearAmendment(report, report.execution);
    }
  }

  #hearTrade(report: Report, { id, quantity, price }: ReportedExecution): void {
    const { trades } = this.#desk;
    const found = { id, brokerId: report.brokerId ?? '', t: report.t, source: 'stream' as const, quantity, price };
    trades.compare([found]);
    if (trades.match(found) !== undefined) return;
    this.#desk.sayUpdate(report);
    this.settle();
  }

  #hearAmendment(report: Report, execution: ReportedExecution): void {
    const { trades } = this.#desk;
    if (trades.named(execution.id) !== undefined) return;
    const trade = execution.amends === null ? undefined : trades.named(execution.amends);
    if (trade === undefined) return this.#keep(report, execution);
    const { current } = trade;
    const reads = report.kind === 'bust' ? null : execution;
    // it reads so already, by what was found at the broker, or by a later word
    if (current === null || (reads?.quantity === current.quantity && reads.price === current.price))
      return trades.alias(execution.id, trade);
    this.#desk.sayUpdate({ ...report, execution: { ...execution, amends: trade.id } });
    // what becomes of its order is another word
    this.#doubt('amended');
    this.settle();
  }

  #keep(report: Report, { amends }: ReportedExecution): void {
    const id = amends ?? '';
    const kept = this.#early.get(id) ?? [];
    if (kept.some(({ raw }) => raw === report.raw)) return;
    if (this.#early.size < EARLY_MAX) this.#early.set(id, [...kept, report]);
    this.#doubt('amended before it was told of');
  }
}
