import { decodeBars } from '@aitrader/contracts';
import { item, type EpochMs, type RiskDecision, type RunConfig, type Ticker } from '@aitrader/model';
import {
  newInterval,
  newPipeline,
  newRunDigest,
  openInterval,
  type Digest,
  type Interval,
  type StageFactory,
} from '@aitrader/runtime-engine';
import { otherAnswers, type OtherAnswer } from './other-answers.ts';
import { stagesOf } from './stages.ts';
import { SymbolWalk, type Why } from './symbol-walk.ts';
import { TapeError, type Tape } from './tape.ts';

/*
 * A recorded day decided again.
 *
 * 1. Under its own configuration it comes to the digest of its recording, on any host: else it is said not to.
 * 2. Under another one the first decision that differs is told, and by which gate.
 */

/** What the stages made of a tape. */
export interface DecidedDay {
  readonly digest: Digest;
  /** at the close of each interval; equity in 1e-6 dollars, drawdown in 1e-6 of the peak */
  readonly t: readonly EpochMs[];
  readonly equity: readonly number[];
  readonly drawdown: readonly number[];
  /** intervals in which risk decided anything, by their time */
  readonly decisions: ReadonlyMap<EpochMs, Pick<RiskDecision, 'orders' | 'denials'>>;
  readonly counts: { readonly signals: number; readonly orders: number; readonly denials: number; readonly fills: number };
}

/** Where two days parted: at the first interval at which anything was answered otherwise. */
export interface DayParting {
  readonly t: EpochMs;
  readonly answers: readonly OtherAnswer[];
}

/**
 * Feeds a tape through the stages of a configuration, by default its own, to its end or to the interval that closes at `until`.
 * @throws TapeError for a run that traded at a broker's own market: what it said there is an input that no stage here makes
 */
export function decideAgain(
  tape: Tape,
  config: RunConfig = tape.manifest.config,
  watch?: (interval: Interval) => void,
  until: number = Infinity,
): DecidedDay {
  const { shards, timeframe } = tape.manifest;
  const { pass, parts } = newPipeline(stagesFor(tape, config), shards);
  const interval = newInterval(shards, timeframe);
  if (tape.opening !== undefined) openInterval(interval, structuredClone(tape.opening), parts);
  const digest = newRunDigest();
  const [t, equity, drawdown]: [EpochMs[], number[], number[]] = [[], [], []];
  const decisions = new Map<EpochMs, Pick<RiskDecision, 'orders' | 'denials'>>();
  const counts = { signals: 0, orders: 0, denials: 0, fills: 0 };
  for (const { bars, control, executionControl, shardControl } of tape.intervals) {
    for (const [shard, payload] of bars.entries()) decodeBars(payload, item(interval.bars, shard));
    interval.t = item(interval.bars, 0).t;
    if (interval.t > until) break;
    Object.assign(interval, { control, executionControl, shardControl });
    pass(interval);
    digest.add(interval);
    const { decision, report, signals } = interval;
    t.push(interval.t);
    equity.push(decision.account.equity);
    drawdown.push(decision.account.drawdownPpm);
    const { orders, denials } = decision;
    if (orders.length + denials.length > 0) decisions.set(interval.t, { orders: [...orders], denials: [...denials] });
    for (const slice of signals) counts.signals += slice.signals.length;
    counts.orders += orders.length;
    counts.denials += denials.length;
    counts.fills += report.fills.length;
    watch?.(interval);
  }
  return { digest: digest.current(), t, equity, drawdown, decisions, counts };
}

function stagesFor({ manifest }: Tape, config: RunConfig): StageFactory {
  if (manifest.config.broker !== null)
    throw new TapeError(`${manifest.run} traded at a broker: what it said there is not on the tape`);
  return stagesOf(config);
}

/** The first interval at which risk answered anything otherwise, and by which gates; null where all answers are the same. */
export function partingOf(first: DecidedDay, second: DecidedDay): DayParting | null {
  const none = { orders: [], denials: [] };
  for (const t of first.t) {
    const [one, other] = [first.decisions.get(t) ?? none, second.decisions.get(t) ?? none];
    // figures alone may differ long before any answer does
    const answers = otherAnswers(one, other).filter((answer) => answer.first !== answer.second);
    if (answers.length > 0) return { t, answers };
  }
  return null;
}

/** Why a symbol was entered in an interval of a tape, or was not; undefined where the tape has no such interval. */
export function whyOnTape(tape: Tape, symbol: Ticker, at: EpochMs, config: RunConfig = tape.manifest.config): Why | undefined {
  const opening = tape.opening === undefined ? undefined : structuredClone(tape.opening);
  const walk = new SymbolWalk({ ...tape.manifest, config }, symbol, at, opening);
  decideAgain(
    tape,
    config,
    (interval) => {
      Object.assign(walk.interval, interval);
      walk.pass();
    },
    at,
  );
  return walk.why;
}
