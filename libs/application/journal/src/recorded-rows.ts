import { setTimeout as sleep } from 'node:timers/promises';
import {
  ContractError,
  addressOf,
  intervalOf,
  readManifest,
  subjectsOfRun,
  upcast,
  type RecordedManifest,
} from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import {
  messageAt,
  readLogTo,
  readingMessage,
  recordingInfo,
  type Bus,
  type LoggedMessage,
  type StoredMessage,
} from '@aitrader/runtime-bus';
import { manifestHash } from './market-rows.ts';
import { projectMessage } from './projection.ts';
import { Rows } from './rows.ts';

/** Messages that are read before their rows are written: bounds what is held in memory. */
export const BATCH_MESSAGES_MAX = 1_000;
const POLL_MS = 200;

/** What comes behind a message of a recording, as rows. */
export interface RecordedRows {
  /** sequence of the last message that the rows are of */
  readonly upTo: number;
  readonly rows: Rows;
  /** sequence of the last message that the recording holds by now */
  readonly end: number;
  /** the last interval that was decided in it, epoch ms; undefined where none was */
  readonly decided: number | undefined;
}

/** What comes behind a message, up to a bound: its rows, and where the recording ends by now. */
export function readAhead(bus: Bus, run: RunId, after: number): Promise<RecordedRows> {
  const reading = (async () => {
    const end = (await recordingInfo(bus, run)).state.last_seq;
    const upTo = Math.min(end, after + BATCH_MESSAGES_MAX);
    const rows = new Rows();
    let decided: number | undefined;
    const onMessage = (message: LoggedMessage): void => {
      projectMessage(message, rows);
      if (addressOf(message.subject).fact === 'orders') decided = intervalOf('orders', message.data);
    };
    if (upTo > after) await readLogTo(bus, upTo, { run, subjects: [subjectsOfRun(run)], from: after + 1, onMessage });
    return { upTo, rows, end, decided };
  })();
  // it fails whoever awaits it, and there may be nobody, when the batch before it has failed
  reading.catch(() => undefined);
  return reading;
}

/** The manifest of a recording and its hash, as soon as it is there; undefined where it is given up before. @throws UnknownRunError, BrokenRecordingError */
export async function manifestIn(
  bus: Bus,
  run: RunId,
  givenUp: AbortSignal,
): Promise<{ readonly manifest: RecordedManifest; readonly hash: string } | undefined> {
  let first: StoredMessage | undefined;
  for (;;) {
    const isLast = givenUp.aborted;
    await recordingInfo(bus, run);
    first = await messageAt(bus, run, 1);
    if (first !== undefined) break;
    if (isLast) return undefined;
    await sleep(POLL_MS);
  }
  const { subject, data } = first;
  return readingMessage(first, () => {
    const { fact, version } = addressOf(subject);
    if (fact !== 'manifest') throw new ContractError(fact, '', 'stands where the manifest belongs');
    return { manifest: readManifest(upcast(fact, version, data)), hash: manifestHash(data) };
  });
}
