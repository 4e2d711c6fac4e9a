import {
  ANNOUNCED_BY,
  ContractError,
  addressOf,
  announcedCount,
  decodeBars,
  decodeControl,
  decodeFills,
  decodeOrderEvents,
  intervalOf,
  isBrokerFact,
  readMessage,
  upcast,
  type AnnouncedFact,
  type Fact,
} from '@aitrader/contracts';
import { checkMinute, LIVE_SHAPE, newLevelCheck, saidBefore, type LevelCheck } from '@aitrader/core-market';
import { item, type Control, type EpochMs, type Followed, type Manifest, type RunId } from '@aitrader/model';
import { BrokenRecordingError, readingMessage, type LoggedMessage, type Payload } from '@aitrader/runtime-bus';
import {
  newInterval,
  newPipeline,
  openInterval,
  type Interval,
  type Pipeline,
  type StageFactory,
} from '@aitrader/runtime-engine';
import { encodeInterval, stagesOf } from '@aitrader/application-pipeline';
import { contradictionsIn } from './gate-recheck.ts';
import { ExecutionCheck, type ExecutionListener } from './execution-check.ts';
import { LeftByRun } from './left-by-run.ts';
import { OpenedRun } from './opened-run.ts';
import { heardBefore, RECORDED_EXECUTION } from './recorded-words.ts';
import type { SignatureVerdict } from './signature-check.ts';
import type { WritingCode } from './writing-code.ts';

/** The first message of a recording that is not what the stages make of the recording's own inputs. */
export interface Difference {
  readonly seq: number;
  readonly subject: string;
  readonly t: number;
  readonly problem: string;
}

export interface Verdict {
  readonly run: RunId;
  readonly intervals: number;
  readonly messages: number;
  /** outputs compared byte for byte */
  readonly compared: number;
  /** messages of intervals that were not complete when the run was interrupted: not compared */
  readonly unfinished: number;
  readonly difference: Difference | undefined;
  /** the run that it goes on from, if any, and whether that one is here and left what this one took up */
  readonly follows: (Followed & { readonly isHere: boolean }) | undefined;
  readonly signatures: SignatureVerdict;
  readonly writtenBy: WritingCode;
  readonly verifiedBy: WritingCode;
}

const SHOWN_BYTES = 24;
const ANNOUNCED = ['fills', 'denials'] as const satisfies readonly AnnouncedFact[];
/** What stands before the orders of its interval where there is any. */
const LEFT_OVER: readonly Fact[] = [...ANNOUNCED, 'forecasts'];

/**
 * Recomputes a recording from its bars and its control, and compares every output with what was recorded.
 * 1. Messages are matched by their place on their subject, so one that lies about itself is found too.
 * 2. Of several differences the one that stands first in the recording is named.
 * 3. What was said of a live market's data is held against its bars, too: levels are inputs of risk, and no less to be relied on.
 * 4. Every order and denial must follow from the figures of its gates, whoever computed them.
 */
export class Verifier {
  readonly #queues = new Map<string, LoggedMessage[]>();
  /** commands not heard yet: by risk, by execution, and by the stages of each shard */
  readonly #control: LoggedMessage[] = [];
  readonly #executionControl: LoggedMessage[] = [];
  readonly #shardControl: readonly LoggedMessage[][];
  readonly #pipeline: Pipeline;
  /** of a run with a broker, what it said being an input of the others */
  readonly #execution: ExecutionCheck | undefined;
  readonly #interval: Interval;
  readonly #awaited: readonly string[];
  /** of a live market */
  readonly #levels: LevelCheck | undefined;
  /** what was said of its data, and not superseded yet */
  #said: { readonly message: LoggedMessage; readonly command: Control }[] = [];
  /** what the run goes on from, and what it leaves where that is recorded or to be */
  readonly #opened: OpenedRun;
  readonly #left: LeftByRun | undefined;
  readonly #closing: LoggedMessage[] = [];
  /** what the run leaves by all that stands before the first word of it */
  #leftThen: readonly string[] = [];
  /** place of risk's decision on the interval before, which execution awaits; 0 at first */
  #decidedAt = 0;
  #intervals = 0;
  #compared = 0;
  #ended = false;
  #unfinished = 0;
  #difference: Difference | undefined;

  /** `leaves`: whether what the run leaves is recorded, or to be */
  constructor(manifest: Manifest, leaves = false) {
    this.#opened = new OpenedRun(manifest);
    this.#left = leaves ? new LeftByRun(manifest) : undefined;
    this.#pipeline = newPipeline(stagesFor(manifest), manifest.shards);
    this.#execution = manifest.config.broker === null ? undefined : new ExecutionCheck(manifest, this.#executionListener());
    this.#interval = newInterval(manifest.shards, manifest.timeframe);
    this.#shardControl = this.#interval.shardControl.map(() => []);
    this.#levels = levelCheckOf(manifest);
    this.#awaited = encodeInterval(this.#interval).map(({ fact, shard }) => keyOf(fact, shard));
  }

  get intervals(): number {
    return this.#intervals;
  }
  get compared(): number {
    return this.#compared;
  }
  get difference(): Difference | undefined {
    return this.#difference;
  }
  /** Messages of intervals that were not complete when the run was interrupted. */
  get unfinished(): number {
    return this.#unfinished;
  }

  /** the last interval that was verified */
  get endedAt(): EpochMs {
    return this.#interval.t;
  }

  /** The messages that tell what the run leaves; none where that is not asked for. */
  left(): readonly string[] {
    return this.#left?.messages(this.#pipeline.parts, this.#execution) ?? [];
  }

  /** Takes in the next message of the recording, as it was stored. */
  offer(message: LoggedMessage): void {
    const { fact, shard, version } = addressOf(message.subject);
    if (fact === 'manifest') throw new ContractError('manifest', '', 'is a second one');
    this.#execution?.offer(message);
    if (fact === 'opening' || fact === 'closing') {
      this.#takeSuccession(fact, message);
      return;
    }
    if (isBrokerFact(fact)) {
      readMessage(fact, message.data);
      this.#left?.hear(message);
      if (this.#execution === undefined) this.#note(message, 'is of a run with a broker, and this one has none');
      return;
    }
    if (fact === 'control') this.#takeControl({ ...message, data: upcast(fact, version, message.data) });
    else this.#queue(keyOf(fact, shard)).push(message);
    while (this.#isComplete()) this.#verifyInterval();
  }

  /** What was left is compared at the end; what the run goes on from is an input, which the manifest names by its hash. */
  #takeSuccession(fact: 'opening' | 'closing', message: LoggedMessage): void {
    if (fact === 'closing') {
      if (this.#closing.length === 0) this.#leftThen = this.left();
      this.#closing.push(message);
    } else if (this.#opened.offer(message.data)) {
      const folded = this.#pipeline.parts.filter(({ stage }) => stage !== 'execution' || this.#execution === undefined);
      openInterval(this.#interval, this.#opened.closing(), folded);
      this.#left?.open(this.#opened);
    }
  }

  #isComplete(): boolean {
    return (
      this.#opened.isWhole &&
      this.#awaited.every((key) => this.#queue(key).length > 0) &&
      ANNOUNCED.every((fact) => this.#isSettled(fact))
    );
  }

  /** Whether an announced fact has come, none was announced, or its writer has gone on without it. */
  #isSettled(fact: AnnouncedFact): boolean {
    const [closing, next] = this.#queue(keyOf(ANNOUNCED_BY[fact], -1));
    if (closing === undefined || next !== undefined || this.#queue(keyOf(fact, -1)).length > 0) return true;
    try {
      return announcedCount(fact, closing.data) === 0;
    } catch (error) {
      // What the message says of itself cannot be read: comparing its bytes will name it.
      if (error instanceof ContractError) return true;
      throw error;
    }
  }

  #takeControl(message: LoggedMessage): void {
    for (const unheard of [this.#control, this.#executionControl, ...this.#shardControl]) unheard.push(message);
    const command = decodeControl(message.data);
    if (command.kind === 'end-of-bars') this.#ended = true;
    if (command.kind === 'data-level' && this.#levels !== undefined) this.#said.push({ message, command });
  }

  /** Names what was left over at the end. A run that was interrupted may leave intervals that are not complete. */
  finish(): void {
    this.#execution?.finish(this.#ended);
    for (const queue of this.#queues.values()) this.#unfinished += queue.length;
    this.#compareClosing();
    this.#missOpening();
    if (!this.#ended) return;
    for (const queue of this.#queues.values()) {
      const [left] = queue;
      if (left !== undefined) this.#note(left, 'belongs to an interval that is not complete');
    }
  }

  /** A run that ended before what it goes on from was told has no bars. */
  #missOpening(): void {
    const [bars] = this.#queue(keyOf('bars', 0));
    if (!this.#opened.isWhole && bars !== undefined)
      this.#note(bars, 'comes before what the run goes on from, which its manifest names, is told whole');
  }

  /** What was left is told once the run has ended, or cut short by a crash and told to its end another time. */
  #compareClosing(): void {
    for (const [i, message] of this.#closing.entries()) {
      const expected = this.#leftThen[i];
      if (expected === undefined) this.#note(message, 'tells more than the run leaves');
      else if (Buffer.from(expected).equals(message.data)) this.#compared += 1;
      else this.#noteDifference(message, expected);
    }
  }

  /** Takes the message that nobody can read for a difference: it is not what the stages make of the inputs. */
  breakOff({ seq = 0, subject = '', problem }: BrokenRecordingError): void {
    this.#note({ seq, subject }, `cannot be read: ${problem}`);
  }

  #queue(key: string): LoggedMessage[] {
    let queue = this.#queues.get(key);
    if (queue === undefined) this.#queues.set(key, (queue = []));
    return queue;
  }

  #verifyInterval(): void {
    const interval = this.#interval;
    interval.executionControl = heardBefore(this.#executionControl, this.#handledFrom());
    for (const [shard, bars] of interval.bars.entries()) {
      const message = item(this.#queue(keyOf('bars', shard)), 0);
      readingMessage(message, () => decodeBars(message.data, bars));
      interval.shardControl[shard] = heardBefore(item(this.#shardControl, shard), message.seq);
    }
    interval.t = item(interval.bars, 0).t;
    this.#checkLevel();
    interval.control = heardBefore(this.#control, this.#decidedFrom());
    if (this.#execution !== undefined) this.#takeReport(interval);
    this.#pipeline.pass(interval);
    const closedBy = item(this.#queue(keyOf('orders', -1)), 0);
    this.#decidedAt = closedBy.seq;
    for (const { fact, shard, payload } of encodeInterval(interval)) this.#compare(fact, shard, payload);
    for (const problem of contradictionsIn(interval.decision)) this.#note(closedBy, problem);
    for (const fact of LEFT_OVER) this.#refuseLeftOver(fact, closedBy);
    this.#refuseUnmadeLists(interval.t);
    this.#left?.add(interval);
    this.#intervals += 1;
  }

  /** Holds what was said of the interval's data against its bars. */
  #checkLevel(): void {
    if (this.#levels === undefined) return;
    const { t, bars } = this.#interval;
    const inForce = saidBefore(
      this.#said.map(({ command }) => command),
      t,
    );
    const at = this.#said.findIndex(({ command }) => command === inForce);
    const problem = checkMinute(this.#levels, bars, inForce);
    if (problem !== undefined)
      this.#note(this.#said[at]?.message ?? item(this.#queue(keyOf('bars', 0)), 0), `${problem}, at ${t}`);
    this.#said = this.#said.slice(Math.max(0, at));
  }

  /** Takes execution's word as it was recorded. */
  #takeReport({ report }: Interval): void {
    const [closing, fills] = [item(this.#queue(keyOf('order-events', -1)), 0), this.#queue(keyOf('fills', -1))[0]];
    const word = readingMessage(closing, () => decodeOrderEvents(closing.data));
    [report.t, report.events, report.doubt] = [word.t, [...word.events], word.doubt];
    report.fills = word.fills === 0 || fills === undefined ? [] : readingMessage(fills, () => [...decodeFills(fills.data).fills]);
  }

  #executionListener(): ExecutionListener {
    return {
      same: () => void (this.#compared += 1),
      differs: (recorded, expected) => this.#noteDifference(recorded, expected),
      missing: (fact, after) => this.#note(after, `is followed by no ${fact}, which belong to it`),
      unmade: (recorded) => this.#note(recorded, 'is nothing that execution makes of what it heard'),
    };
  }

  /** The message that completed the interval for execution. */
  #handledFrom(): number {
    const bars = this.#interval.bars.map(({ shard }) => item(this.#queue(keyOf('bars', shard)), 0).seq);
    return Math.max(this.#decidedAt, ...bars);
  }

  /** The message that completed the interval for risk. */
  #decidedFrom(): number {
    const keys = this.#awaited.filter((key) => !key.startsWith('states.') && !key.startsWith('orders.'));
    return Math.max(...keys.map((key) => item(this.#queue(key), 0).seq));
  }

  #compare(fact: Fact, shard: number, expected: Payload): void {
    const recorded = this.#queue(keyOf(fact, shard)).shift();
    if (recorded === undefined) {
      const next = item(this.#queue(keyOf('orders', -1)), 0);
      this.#note(next, `comes without the ${fact} that belong to it`);
      return;
    }
    // execution's word at a broker is compared by itself
    const isInput = fact === 'bars' || (this.#execution !== undefined && (fact === 'fills' || fact === 'order-events'));
    this.#compared += isInput ? 0 : 1;
    if (!Buffer.from(expected).equals(recorded.data)) this.#noteDifference(recorded, expected);
  }

  #noteDifference(recorded: LoggedMessage, expected: Payload): void {
    const bytes = Buffer.from(expected);
    let at = 0;
    while (bytes[at] === recorded.data[at]) at += 1;
    const shown = (data: Uint8Array): string =>
      JSON.stringify(Buffer.from(data).toString('utf8', Math.max(0, at - SHOWN_BYTES), at + SHOWN_BYTES));
    this.#note(recorded, `differs at byte ${at}: recorded ${shown(recorded.data)}, recomputed ${shown(bytes)}`);
  }

  #refuseLeftOver(fact: Fact, closedBy: LoggedMessage): void {
    const queue = this.#queue(keyOf(fact, -1));
    for (let head = queue[0]; head !== undefined && head.seq < closedBy.seq; head = queue[0]) {
      this.#note(head, `holds ${fact} where the stages say none`);
      queue.shift();
    }
  }

  /** The scanner may be far ahead of risk, so its lists are told apart by the interval that they say they are of. */
  #refuseUnmadeLists(t: number): void {
    const queue = this.#queue(keyOf('watchlists', -1));
    for (let head = queue[0]; head !== undefined && isUpTo(t, head); head = queue[0]) {
      this.#note(head, 'holds a watchlist where the stages make none');
      queue.shift();
    }
  }

  /** Takes a message that nobody who may say so has signed for a difference. */
  refuse(message: Pick<LoggedMessage, 'seq' | 'subject'>, problem: string): void {
    this.#note(message, problem);
  }

  #note(message: Pick<LoggedMessage, 'seq' | 'subject'>, problem: string): void {
    if (this.#difference !== undefined && this.#difference.seq <= message.seq) return;
    this.#difference = { seq: message.seq, subject: message.subject, t: this.#interval.t, problem };
  }
}

/** Whether a list says that it is of an interval up to `t`. One that says nothing that can be read is of none to come. */
function isUpTo(t: number, { data }: LoggedMessage): boolean {
  try {
    return intervalOf('watchlists', data) <= t;
  } catch (error) {
    if (error instanceof ContractError) return true;
    throw error;
  }
}

/** The stages of a run; of one with a broker all but execution, whose recorded word is left as it is. */
function stagesFor({ config }: Manifest): StageFactory {
  return config.broker === null ? stagesOf(config) : stagesOf(config, () => RECORDED_EXECUTION);
}

/** What holds the levels of a live market against its bars; undefined of bars that are played, of which nothing is said. */
function levelCheckOf({ kind, sources, universe }: Manifest): LevelCheck | undefined {
  const feeds = sources.filter(({ shape }) => shape === LIVE_SHAPE).map(({ name }) => name);
  return kind === 'paper' && feeds.length > 0 ? newLevelCheck(universe, feeds) : undefined;
}

const keyOf = (fact: Fact, shard: number): string => `${fact}.${shard}`;
