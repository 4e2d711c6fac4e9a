import { setTimeout as sleep } from 'node:timers/promises';
import { ContractError, addressOf, readManifest, subjectsOfRun, upcast, type RecordedManifest } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import {
  isComplete,
  messageAt,
  readLogTo,
  readingMessage,
  recordingInfo,
  type Bus,
  type LoggedMessage,
} from '@aitrader/runtime-bus';
import type { OpenDatabase } from '@aitrader/runtime-database';
import { manifestHash } from './market-rows.ts';
import { isPassing } from './passing.ts';
import { projectMessage } from './projection.ts';
import { Rows } from './rows.ts';
import { PositionMoved, RunWriter } from './writer.ts';

/** Messages that are read before their rows are written: bounds what is held in memory. */
export const BATCH_MESSAGES_MAX = 1_000;
const POLL_MS = 200;
const WAIT_MS_MIN = 100;
const WAIT_MS_MAX = 5_000;
/** How long a database may fail one who does not follow. */
const FAILING_MS_MAX = 60_000;

export interface JournalOptions {
  readonly bus: Bus;
  readonly run: RunId;
  /** asked again when the database is lost */
  readonly open: () => Promise<OpenDatabase>;
  /** goes on as the run does, until it is complete, and tries a database that fails for ever */
  readonly follow?: boolean;
  readonly stopped?: AbortSignal;
  /** share of the recording that is written, 0 … 1 */
  readonly onProgress?: (share: number) => void;
  /** the database failed, and is tried again */
  readonly onRetry?: (error: unknown) => void;
}

/** What was written. */
export interface Journaled {
  /** sequence that the run stood at before, and after */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** time spent on batches: reading, projecting and writing them, ms */
  readonly busyMs: number;
}

/**
 * Writes a recording into the database, from where the run stands in it. Nobody waits for it: it reads as anybody reads, and what the
 * database does is its alone. Killed anywhere, begun again or run twice at once, it comes to the same rows.
 * @throws UnknownRunError, BrokenRecordingError; what the database throws and does not pass
 */
export async function journalRun(options: JournalOptions): Promise<Journaled> {
  const done = { from: -1, to: 0, rows: 0, busyMs: 0 };
  let failingSince: number | undefined;
  for (let waitMs = WAIT_MS_MIN; ; waitMs = Math.min(2 * waitMs, WAIT_MS_MAX)) {
    const before = done.to;
    try {
      await attempt(options, done);
      return { ...done, from: Math.max(done.from, 0) };
    } catch (error) {
      if (done.to > before) {
        failingSince = undefined;
        waitMs = WAIT_MS_MIN;
      }
      const now = performance.now();
      failingSince ??= now;
      const isOver = options.follow !== true && now - failingSince > FAILING_MS_MAX;
      if (!isPassing(error) || isOver || options.stopped?.aborted === true) throw error;
      if (!(error instanceof PositionMoved)) options.onRetry?.(error);
      await sleep(waitMs);
    }
  }
}

async function attempt(options: JournalOptions, done: { from: number; to: number; rows: number; busyMs: number }): Promise<void> {
  const { bus, run, open, stopped, onProgress } = options;
  const { manifest, hash } = await manifestIn(bus, run);
  const database = await open();
  try {
    const writer = await RunWriter.of(database.source, manifest, hash);
    let position = await writer.position();
    if (done.from < 0) done.from = position;
    done.to = position;
    let ahead: ReadAhead | undefined;
    while (stopped?.aborted !== true) {
      const begun = performance.now();
      const batch = await (ahead ?? readAhead(bus, run, position));
      if (batch.upTo === position) {
        ahead = undefined;
        if (options.follow !== true || (await isComplete(bus, run, manifest))) break;
        await sleep(POLL_MS);
        continue;
      }
      // the next batch is read while the server is at work on this one
      ahead = readAhead(bus, run, batch.upTo);
      await writer.write({ after: position, ...batch });
      position = batch.upTo;
      done.to = position;
      done.rows += batch.rows.count;
      done.busyMs += performance.now() - begun;
      onProgress?.(position / batch.end);
    }
  } finally {
    await database.close();
  }
}

type ReadAhead = Promise<{ readonly upTo: number; readonly rows: Rows; readonly end: number }>;

/** What comes behind a message, up to a bound: its rows, and where the recording ends by now. */
function readAhead(bus: Bus, run: RunId, after: number): ReadAhead {
  const reading = (async () => {
    const end = (await recordingInfo(bus, run)).state.last_seq;
    const upTo = Math.min(end, after + BATCH_MESSAGES_MAX);
    const rows = new Rows();
    const onMessage = (message: LoggedMessage): void => projectMessage(message, rows);
    if (upTo > after) await readLogTo(bus, upTo, { run, subjects: [subjectsOfRun(run)], from: after + 1, onMessage });
    return { upTo, rows, end };
  })();
  // it fails whoever awaits it, and there may be nobody, when the batch before it has failed
  reading.catch(() => undefined);
  return reading;
}

/** The manifest of a recording and its hash, as soon as it is there. @throws UnknownRunError, BrokenRecordingError */
async function manifestIn(bus: Bus, run: RunId): Promise<{ readonly manifest: RecordedManifest; readonly hash: string }> {
  await recordingInfo(bus, run);
  let first = await messageAt(bus, run, 1);
  while (first === undefined) {
    await sleep(POLL_MS);
    await recordingInfo(bus, run);
    first = await messageAt(bus, run, 1);
  }
  const { subject, data } = first;
  return readingMessage(first, () => {
    const { fact, version } = addressOf(subject);
    if (fact !== 'manifest') throw new ContractError(fact, '', 'stands where the manifest belongs');
    return { manifest: readManifest(upcast(fact, version, data)), hash: manifestHash(data) };
  });
}
