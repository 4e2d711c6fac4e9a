import {
  ContractError,
  FACT_WIRING,
  FACTS,
  TOPOLOGY,
  addressOf,
  decodeControl,
  decodeReports,
  decodeRequests,
  isBrokerFact,
  isPlaced,
  readManifest,
  readMessage,
  subjectsOfRun,
  upcast,
  type BrokerFact,
  type ClosingReader,
  type Fact,
  type Input,
  type RecordedManifest,
} from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { BrokenRecordingError, readingMessage } from './broken-recording.ts';
import { newClosingReader } from './closings.ts';
import type { Bus } from './connection.ts';
import { IntervalJoin, type IntervalMessages, type LoggedMessage } from './interval-join.ts';
import { readLogTo } from './log-reader.ts';
import { isComplete, recordingInfo } from './recordings.ts';

/** Every fact of an interval, and what else had been recorded since the one before when risk decided it. */
export interface RecordedInterval {
  readonly t: number;
  readonly message: IntervalMessages['message'];
  readonly control: readonly LoggedMessage[];
  /** requests and reports, of a run with a broker */
  readonly broker: readonly LoggedMessage[];
}

/**
 * All facts but the manifest and those without an interval, each as often as it is written. What is sent by a schedule stands before the decision that
 * awaited it, so that it is there without being waited for.
 */
const ALL_FACTS: readonly Input[] = FACTS.flatMap((fact): Input[] => {
  const { key, cadence } = FACT_WIRING[fact];
  if (cadence === 'once' || fact === 'control' || isPlaced(fact)) return [];
  const when = cadence === 'interval' ? 'now' : cadence === 'announced' ? 'announced' : 'unawaited';
  return [{ fact, of: key === 'shard' ? 'every-shard' : 'account', when }];
});
const READ_ASIDE = { control: decodeControl, requests: decodeRequests, reports: decodeReports } as const;
const AWAITED_BY_RISK = TOPOLOGY.risk.reads.filter((input) => input.when === 'now');

/** Groups a recording's messages into intervals. Feed it every message in order; it hands over each interval once complete. */
export class RecordingAssembler {
  readonly #onInterval: (interval: RecordedInterval, manifest: RecordedManifest) => void;
  readonly #control: LoggedMessage[] = [];
  readonly #broker: LoggedMessage[] = [];
  readonly #opening = newClosingReader('opening');
  #manifest: RecordedManifest | undefined;
  #join: IntervalJoin | undefined;

  constructor(onInterval: (interval: RecordedInterval, manifest: RecordedManifest) => void) {
    this.#onInterval = onInterval;
  }

  get manifest(): RecordedManifest | undefined {
    return this.#manifest;
  }
  /** What the run goes on from; undefined where it begins from nothing. */
  get opening(): ClosingReader | undefined {
    return this.#opening.isWhole ? this.#opening : undefined;
  }
  /** Intervals that are not complete. */
  get waiting(): number {
    return this.#join?.waiting ?? 0;
  }

  /** @throws BrokenRecordingError naming the message; what else goes wrong with an interval is laid to the one that completed it */
  offer(message: LoggedMessage): void {
    readingMessage(message, () => {
      this.#take(message);
      this.#release();
    });
  }

  #take(message: LoggedMessage): void {
    const { fact } = addressOf(message.subject);
    if (fact === 'manifest') this.#begin(message);
    else if (this.#join === undefined) throw new ContractError(fact, '', 'stands where the manifest belongs');
    else if (fact === 'control' || isBrokerFact(fact)) this.#takeAside(fact, message);
    else if (fact === 'opening') this.#opening.offer(message.data);
    else if (fact === 'closing') readMessage(fact, message.data);
    else this.#join.offer(message);
  }

  /** Read at once: the interval that it belongs to may never be complete, and that it cannot be read may be why. */
  #takeAside(fact: 'control' | BrokerFact, message: LoggedMessage): void {
    READ_ASIDE[fact](message.data);
    (fact === 'control' ? this.#control : this.#broker).push(message);
  }

  #begin(message: LoggedMessage): void {
    if (this.#manifest !== undefined) throw new ContractError('manifest', '', 'is a second one');
    this.#manifest = readManifest(message.data);
    this.#join = new IntervalJoin(ALL_FACTS, -1, this.#manifest.shards, () => false);
  }

  #release(): void {
    const { manifest, join } = { manifest: this.#manifest, join: this.#join };
    if (manifest === undefined || join === undefined) return;
    for (let next = join.release(); next !== undefined; next = join.release()) {
      const { t, message } = next;
      const seen = seenByRisk(manifest.shards, message);
      this.#onInterval({ t, message, control: takenUpTo(this.#control, seen), broker: takenUpTo(this.#broker, seen) }, manifest);
    }
  }
}

/** Takes the messages out that stand before a sequence. */
function takenUpTo(messages: LoggedMessage[], seq: number): readonly LoggedMessage[] {
  let count = 0;
  while ((messages[count]?.seq ?? Infinity) < seq) count += 1;
  return messages.splice(0, count);
}

/** Sequence of the message that completed an interval for risk. */
function seenByRisk(shards: number, message: IntervalMessages['message']): number {
  let seen = 0;
  const see = (fact: Fact, shard: number): void => {
    seen = Math.max(seen, message(fact, shard)?.seq ?? 0);
  };
  for (const { fact, of } of AWAITED_BY_RISK) {
    if (of === 'account') see(fact, -1);
    else for (let shard = 0; shard < shards; shard++) see(fact, shard);
  }
  return seen;
}

export interface RecordingRead {
  readonly onInterval: (interval: RecordedInterval, manifest: RecordedManifest, opening: ClosingReader | undefined) => void;
  /** share of the recording read, 0 … 1 */
  readonly onProgress?: (share: number) => void;
}

const PROGRESS_MESSAGES = 1_024;

/** Hands over every message of a recording as it stands now, in its total order, as today's version of its fact says it. @throws UnknownRunError, BrokenRecordingError */
export async function readMessages(
  bus: Bus,
  run: RunId,
  onMessage: (message: LoggedMessage) => void,
  onProgress?: (share: number) => void,
): Promise<void> {
  await readStored(bus, run, (message) => onMessage(asToday(message)), onProgress);
}

/** A stored message as today's version of its fact says it. @throws BrokenRecordingError */
export function asToday(message: LoggedMessage): LoggedMessage {
  const { seq, subject, data } = message;
  return readingMessage(message, () => {
    const { fact, version } = addressOf(subject);
    const today = upcast(fact, version, data);
    return today === data ? message : { seq, subject, data: today, stored: data };
  });
}

/** The same with the very bytes that were stored, of whichever version, and the headers beside them: empty of one that is not there. @throws UnknownRunError, BrokenRecordingError for an empty one */
export async function readStored(
  bus: Bus,
  run: RunId,
  onMessage: (message: LoggedMessage, header: (name: string) => string) => void,
  onProgress?: (share: number) => void,
): Promise<void> {
  const { state } = await recordingInfo(bus, run);
  if (state.messages === 0) throw new BrokenRecordingError(run, 'the recording is empty');
  await readLogTo(bus, state.last_seq, {
    run,
    subjects: [subjectsOfRun(run)],
    from: state.first_seq,
    onMessage: ({ seq, subject, data, headers }) => {
      onMessage({ seq, subject, data }, (name) => headers?.get(name) ?? '');
      if (seq % PROGRESS_MESSAGES === 0) onProgress?.(seq / state.last_seq);
    },
  });
  onProgress?.(1);
}

/** What was read of a recording. */
export interface ReadRecording {
  readonly manifest: RecordedManifest;
  /** what the run goes on from; undefined where it begins from nothing */
  readonly opening: ClosingReader | undefined;
  /** intervals that are not complete */
  readonly unfinished: number;
  /** where reading ended before the recording does; see {@link endsBroken} */
  readonly broken: BrokenRecordingError | undefined;
}

/**
 * Reads a whole recording as it stands now. With `untilBroken`, a run that failed is read up to the message that it may have failed of.
 * @throws UnknownRunError, BrokenRecordingError
 */
export async function readRecording(
  bus: Bus,
  run: RunId,
  read: RecordingRead & { readonly untilBroken?: boolean },
): Promise<ReadRecording> {
  const assembler: RecordingAssembler = new RecordingAssembler((interval, manifest) =>
    read.onInterval(interval, manifest, assembler.opening),
  );
  let broken: BrokenRecordingError | undefined;
  try {
    await readMessages(bus, run, (message) => assembler.offer(message), read.onProgress);
  } catch (error) {
    const { manifest } = assembler;
    if (read.untilBroken !== true || manifest === undefined || !(await endsBroken(bus, run, manifest, error))) throw error;
    broken = error as BrokenRecordingError;
  }
  const { manifest, opening } = assembler;
  if (manifest === undefined) throw new BrokenRecordingError(run, 'the recording has no manifest');
  return { manifest, opening, unfinished: assembler.waiting, broken };
}

/**
 * Whether what cannot be read is at the end of a run that did not come to its own: what stands before is sound, and worth reading. In a
 * complete recording such a message is damage.
 */
export async function endsBroken(bus: Bus, run: RunId, manifest: Pick<RecordedManifest, 'to'>, error: unknown): Promise<boolean> {
  if (!(error instanceof BrokenRecordingError) || error.seq === undefined) return false;
  return !(await isComplete(bus, run, manifest).catch((unreadable: unknown) => !(unreadable instanceof BrokenRecordingError)));
}
