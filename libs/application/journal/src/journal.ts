import { setTimeout as sleep } from 'node:timers/promises';
import type { RunId } from '@aitrader/model';
import { isComplete, recordingInfo, type Bus } from '@aitrader/runtime-bus';
import type { OpenDatabase } from '@aitrader/runtime-database';
import { isPassing } from './passing.ts';
import { manifestIn, readAhead, type RecordedRows } from './recorded-rows.ts';
import { PositionMoved, RunWriter } from './writer.ts';

const POLL_MS = 200;
const WAIT_MS_MIN = 100;
/** A database that is away for an hour is found again within this; and a server that cannot be started is not tried more often. */
const WAIT_MS_MAX = 15_000;
/** How long a database may fail one who does not follow. */
const FAILING_MS_MAX = 60_000;
/** How long it may fail one who follows a run that has ended: whoever keeps the bus up waits for this one. */
const FAILING_AFTER_MS_MAX = 5_000;

export interface JournalOptions {
  readonly bus: Bus;
  readonly run: RunId;
  /** asked again when the database is lost */
  readonly open: () => Promise<OpenDatabase>;
  /** goes on as the run does, until it is complete, and tries a database that fails for as long as the run goes on */
  readonly follow?: boolean;
  /** tries a database that fails for ever, until it is `stopped` or to be `finishing` */
  readonly patient?: boolean;
  /** of one who follows: whether nobody runs the run any more. Asked while the database fails; without it a run ends by being complete */
  readonly isOver?: () => Promise<boolean>;
  /** aborted: it ends where it is, between two batches */
  readonly stopped?: AbortSignal;
  /** aborted: it goes on to where the recording ends then, and waits for no database that fails */
  readonly finishing?: AbortSignal;
  /** what was written up to now, and how much there is */
  readonly onWritten?: (written: Written) => void;
  /** the database failed, and is tried again */
  readonly onRetry?: (error: unknown) => void;
}

/** How far a recording is written. */
export interface Written extends Pick<RecordedRows, 'end' | 'decided'> {
  /** sequence of the last message that is written */
  readonly seq: number;
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

/** That not all of a recording is in the database, and what to do about it. */
export const behindWords = (run: RunId, to: number, end: number | undefined, since = ''): string =>
  `the tables are behind ${run}: written up to message ${to}${end === undefined ? '' : ` of ${end}`}${since}. Nothing is lost: "npx aitrader journal ${run}" goes on from there, to the same rows`;

/** The database did not take all of a recording: what is there is whole, and it is gone on with from there another time. */
export class JournalBehind extends Error {
  override readonly name = 'JournalBehind';
  constructor(run: RunId, to: number, end: number | undefined, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(behindWords(run, to, end, `, since the database fails (${why})`), { cause });
  }
}

interface Doing {
  from: number;
  to: number;
  rows: number;
  busyMs: number;
}

/**
 * Writes a recording into the database, from where the run stands in it. Nobody waits for it: it reads as anybody reads, and what the
 * database does is its alone. Killed anywhere, begun again or run twice at once, it comes to the same rows.
 * @throws UnknownRunError, BrokenRecordingError; JournalBehind where the database fails for too long; what it throws and does not pass
 */
export async function journalRun(options: JournalOptions): Promise<Journaled> {
  const { bus, run, stopped, finishing, onRetry } = options;
  const given = [stopped, finishing].flatMap((signal) => (signal === undefined ? [] : [signal]));
  const ending = AbortSignal.any(given);
  const done: Doing = { from: -1, to: 0, rows: 0, busyMs: 0 };
  let failingSince: number | undefined;
  for (let waitMs = WAIT_MS_MIN; ; waitMs = Math.min(2 * waitMs, WAIT_MS_MAX)) {
    const before = done.to;
    try {
      await attempt(options, done, ending);
      return { ...done, from: Math.max(done.from, 0) };
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (done.to > before) {
        failingSince = undefined;
        waitMs = WAIT_MS_MIN;
      }
      const now = performance.now();
      failingSince ??= now;
      const isMoved = error instanceof PositionMoved;
      if ((ending.aborted && !isMoved) || now - failingSince > (await patienceOf(options))) {
        const end = await recordingInfo(bus, run).then(
          ({ state }) => state.last_seq,
          () => undefined,
        );
        throw new JournalBehind(run, done.to, end, error);
      }
      if (!isMoved) onRetry?.(error);
      await pause(waitMs, ending);
    }
  }
}

/** How long a database may fail, ms: while a run goes on, for ever. */
async function patienceOf({ bus, run, follow, patient, isOver }: JournalOptions): Promise<number> {
  if (patient === true) return Infinity;
  if (follow !== true) return FAILING_MS_MAX;
  const signal = AbortSignal.timeout(POLL_MS);
  const manifest = (await manifestIn(bus, run, signal))?.manifest;
  const complete = manifest !== undefined && (await isComplete(bus, run, manifest));
  return complete || (await isOver?.()) === true ? FAILING_AFTER_MS_MAX : Infinity;
}

async function attempt(options: JournalOptions, done: Doing, ending: AbortSignal): Promise<void> {
  const { bus, run, open, stopped, onWritten } = options;
  const first = await manifestIn(bus, run, ending);
  if (first === undefined) return;
  const { manifest, hash } = first;
  const database = await open();
  try {
    const writer = await RunWriter.of(database.source, manifest, hash);
    let position = await writer.position();
    if (done.from < 0) done.from = position;
    done.to = position;
    let ahead: Promise<RecordedRows> | undefined;
    // what is there is the last of it only if it was read after nothing more could come: the end itself may come between the two
    let isLast = false;
    while (stopped?.aborted !== true) {
      const begun = performance.now();
      const batch = await (ahead ?? readAhead(bus, run, position));
      const { upTo, rows, end, decided } = batch;
      if (upTo === position) {
        ahead = undefined;
        onWritten?.({ seq: position, end, decided });
        if (isLast) break;
        isLast = options.follow !== true || ending.aborted || (await isComplete(bus, run, manifest));
        if (!isLast) await pause(POLL_MS, ending);
        continue;
      }
      // the next batch is read while the server is at work on this one
      ahead = readAhead(bus, run, upTo);
      await writer.write({ after: position, upTo, rows });
      position = upTo;
      done.to = position;
      done.rows += rows.count;
      done.busyMs += performance.now() - begun;
      onWritten?.({ seq: position, end, decided });
    }
  } finally {
    await database.close();
  }
}

/** Until a time has passed, or all is to end. */
const pause = (ms: number, ending: AbortSignal): Promise<void> => sleep(ms, undefined, { signal: ending }).catch(() => undefined);
