import { DiscardPolicy, RetentionPolicy, StorageType, type MsgRequest, type StreamInfo } from '@nats-io/jetstream';
import {
  ContractError,
  FACT_WIRING,
  STREAM_PREFIX,
  addressOf,
  versionOf,
  decodeManifest,
  intervalOf,
  logOfRun,
  readManifest,
  runOfStream,
  streamOf,
  subjectOf,
  subjectsOfRun,
  upcast,
  type Fact,
  type RecordedManifest,
} from '@aitrader/contracts';
import type { Manifest, RunId } from '@aitrader/model';
import { readingMessage } from './broken-recording.ts';
import { copiesOn, nanosOf, type Bus } from './connection.ts';
import { hasCode, JETSTREAM_CODE } from './errors.ts';

/** Repeats of one message within this time are recognised by its id; beyond it, by the expected sequence. */
const DUPLICATE_WINDOW_MS = 120_000;

/** Thrown when a run is asked for that the bus does not hold. */
export class UnknownRunError extends Error {
  override readonly name = 'UnknownRunError';
  constructor(run: string, known: readonly string[]) {
    super(
      `unknown run ${JSON.stringify(run)}; ${known.length === 0 ? 'there are no recordings yet' : `recordings: ${known.slice(0, 12).join(', ')}`}`,
    );
  }
}

/**
 * Makes the stream of a new run, for the recordings' owner. Limits retention: work queues forget what they have seen. What is stored is told
 * on, to whoever follows. @throws Error when the run exists
 */
export async function createRecording(bus: Bus, run: RunId): Promise<void> {
  await bus.jsm.streams.add({
    name: streamOf(run),
    subjects: [subjectsOfRun(run)],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    duplicate_window: nanosOf(DUPLICATE_WINDOW_MS),
    allow_atomic: true,
    allow_direct: true,
    republish: logOfRun(run),
    deny_delete: true,
    deny_purge: true,
    num_replicas: copiesOn(bus),
  });
}

/** Drops a recording as a whole, if there is one; nothing is ever dropped from inside one. */
export async function deleteRecording(bus: Bus, run: RunId): Promise<void> {
  await bus.jsm.streams.delete(streamOf(run)).catch((error: unknown) => {
    if (!hasCode(error, JETSTREAM_CODE.streamNotFound)) throw error;
  });
}

/**
 * Whether risk has decided the last interval that a manifest announces, and the feed has said that there is no more. The last message of
 * both is read in any case, so that one that cannot be read is found whichever it is. @throws BrokenRecordingError
 */
export async function isComplete(bus: Bus, run: RunId, { to }: Pick<Manifest, 'to'>): Promise<boolean> {
  let complete = true;
  for (const fact of ['orders', 'control'] as const) {
    const last = await lastOf(bus, run, fact);
    if (last === undefined || readingMessage(last, () => intervalOf(fact, last.data)) < to) complete = false;
  }
  return complete;
}

/** The stream of a run. @throws UnknownRunError */
export async function recordingInfo(bus: Bus, run: RunId): Promise<StreamInfo> {
  try {
    return await bus.jsm.streams.info(streamOf(run));
  } catch (error) {
    if (!hasCode(error, JETSTREAM_CODE.streamNotFound)) throw error;
    throw new UnknownRunError(
      run,
      (await listRecordings(bus)).map((recording) => recording.run),
    );
  }
}

export interface RecordingEntry {
  readonly run: RunId;
  readonly messages: number;
  readonly bytes: number;
  readonly created: string;
}

/** All recordings on the bus, oldest first. */
export async function listRecordings(bus: Bus): Promise<RecordingEntry[]> {
  const entries: RecordingEntry[] = [];
  for await (const info of bus.jsm.streams.list()) {
    if (!info.config.name.startsWith(STREAM_PREFIX)) continue;
    const run = runOfStream(info.config.name);
    if (run !== undefined) entries.push({ run, messages: info.state.messages, bytes: info.state.bytes, created: info.created });
  }
  return entries.sort((a, b) => (a.created < b.created ? -1 : 1));
}

/** Which versions of each fact a recording holds; those that only a newer program knows are among them. */
export type FactVersions = ReadonlyMap<Fact, ReadonlySet<number>>;

/** How many messages a recording has on each of its subjects that match one with wildcards. */
export async function subjectCounts(bus: Bus, run: RunId, filter: string): Promise<Readonly<Record<string, number>>> {
  const { state } = await bus.jsm.streams.info(streamOf(run), { subjects_filter: filter });
  return state.subjects ?? {};
}

/** The versions of a recording's facts, as the server counts its subjects. @throws UnknownRunError */
export async function versionsIn(bus: Bus, run: RunId): Promise<FactVersions> {
  await recordingInfo(bus, run);
  const versions = new Map<Fact, Set<number>>();
  for (const subject of Object.keys(await subjectCounts(bus, run, subjectsOfRun(run)))) {
    const { fact, version } = versionOf(subject) ?? {};
    if (fact !== undefined && version !== undefined) versions.set(fact, (versions.get(fact) ?? new Set()).add(version));
  }
  return versions;
}

/** Carries a message's id inside an atomic batch, where older servers refuse the header that de-duplicates. */
export const BATCHED_ID_HEADER = 'Aitrader-Msg-Id';

export interface StoredMessage {
  readonly seq: number;
  readonly subject: string;
  readonly id: string;
  readonly data: Uint8Array;
  /** when the server stored it */
  readonly storedAtMs: number;
}

/** The newest message of a subject, or undefined when there is none. */
export const lastMessage = (bus: Bus, run: RunId, subject: string): Promise<StoredMessage | undefined> =>
  storedMessage(bus, run, { last_by_subj: subject });

/** The message of a sequence, or undefined when there is none. */
export const messageAt = (bus: Bus, run: RunId, seq: number): Promise<StoredMessage | undefined> =>
  storedMessage(bus, run, { seq });

async function storedMessage(bus: Bus, run: RunId, query: MsgRequest): Promise<StoredMessage | undefined> {
  try {
    const stored = await bus.jsm.streams.getMessage(streamOf(run), query);
    return stored === null
      ? undefined
      : {
          seq: stored.seq,
          subject: stored.subject,
          id: stored.header.get('Nats-Msg-Id') || stored.header.get(BATCHED_ID_HEADER),
          data: stored.data,
          storedAtMs: stored.time.getTime(),
        };
  } catch (error) {
    if (hasCode(error, JETSTREAM_CODE.messageNotFound)) return undefined;
    throw error;
  }
}

/** The newest message of one fact, of control the newest of ingest's, as today's version says it. @throws BrokenRecordingError for one of an earlier version that is damaged */
export async function lastOf(bus: Bus, run: RunId, fact: Fact, shard?: number): Promise<StoredMessage | undefined> {
  for (let { version } = FACT_WIRING[fact]; version > 0; version--) {
    const stored = await lastMessage(bus, run, subjectOf(run, fact, shard, version));
    if (stored !== undefined) return { ...stored, data: readingMessage(stored, () => upcast(fact, version, stored.data)) };
  }
  return undefined;
}

/** The manifest by which something is to run, or undefined while ingest has not written it yet. @throws UnknownRunError, BrokenRecordingError */
export const manifestOf = (bus: Bus, run: RunId): Promise<Manifest | undefined> => readManifestWith(decodeManifest, bus, run);

/** The manifest to tell about, also of a run that only a newer program could run. @throws UnknownRunError, BrokenRecordingError */
export const recordedManifestOf = (bus: Bus, run: RunId): Promise<RecordedManifest | undefined> =>
  readManifestWith(readManifest, bus, run);

/** Nothing is ever dropped from inside a recording. */
const FIRST_SEQ = 1;

async function readManifestWith<T>(read: (payload: Uint8Array) => T, bus: Bus, run: RunId): Promise<T | undefined> {
  const first = await messageAt(bus, run, FIRST_SEQ).catch(async (error: unknown) => {
    // The stream may have come to be in between: then its manifest is still on its way.
    if (!hasCode(error, JETSTREAM_CODE.streamNotFound)) throw error;
    await recordingInfo(bus, run);
    return undefined;
  });
  if (first === undefined) return undefined;
  return readingMessage(first, () => {
    const { fact, version } = addressOf(first.subject);
    if (fact !== 'manifest') throw new ContractError(fact, '', 'stands where the manifest belongs');
    return read(upcast(fact, version, first.data));
  });
}
