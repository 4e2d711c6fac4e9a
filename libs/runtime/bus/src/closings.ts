import { createHash } from 'node:crypto';
import { ClosingReader, encodeClosing, placeOf, subjectOf, type ClosingFact, type Sha256 } from '@aitrader/contracts';
import type { Closing, EpochMs, RunId } from '@aitrader/model';
import { BrokenRecordingError, readingMessage } from './broken-recording.ts';
import type { Bus } from './connection.ts';
import { readLogTo } from './log-reader.ts';
import type { FencedPublisher } from './publisher.ts';
import { lastMessage, recordingInfo } from './recordings.ts';

const sha256: Sha256 = (content) => createHash('sha256').update(content).digest('hex');

/** What a run leaves, as the messages that tell of it. @throws ContractError, PlainTextError */
export const composeClosing = (closing: Closing): readonly string[] => encodeClosing(closing, sha256);

/** Reads such messages, in their order. */
export const newClosingReader = (fact: ClosingFact): ClosingReader => new ClosingReader(fact, sha256);

/** What a recording tells of what its run left, or goes on from. */
export interface ToldClosing {
  readonly reader: ClosingReader;
  /** as they were stored */
  readonly messages: readonly Uint8Array[];
}

/**
 * Reads what a recording tells by a fact; undefined when it tells nothing yet. What was cut short is given as far as it came.
 * @throws UnknownRunError, BrokenRecordingError
 */
export async function readClosing(bus: Bus, run: RunId, fact: ClosingFact): Promise<ToldClosing | undefined> {
  await recordingInfo(bus, run);
  const subject = subjectOf(run, fact);
  const last = await lastMessage(bus, run, subject);
  if (last === undefined) return undefined;
  const reader = newClosingReader(fact);
  const messages: Uint8Array[] = [];
  await readLogTo(bus, last.seq, {
    run,
    subjects: [subject],
    from: 1,
    onMessage: (message) => {
      readingMessage(message, () => reader.offer(message.data));
      messages.push(Uint8Array.from(message.data));
    },
  });
  return { reader, messages };
}

/** The same where it has to be there and whole. @throws BrokenRecordingError */
export async function wholeClosing(bus: Bus, run: RunId, fact: ClosingFact): Promise<ToldClosing> {
  const told = await readClosing(bus, run, fact);
  if (told?.reader.isWhole !== true)
    throw new BrokenRecordingError(run, `its ${fact} ${told === undefined ? 'is missing' : 'was cut short'}`);
  return told;
}

/** Records what a run left, or goes on from, message by message; what is recorded already is passed over. Own the fact first. */
export async function publishClosing(
  publisher: FencedPublisher,
  fact: ClosingFact,
  t: EpochMs,
  messages: readonly (string | Uint8Array)[],
): Promise<void> {
  for (const payload of messages) {
    const place = placeOf(fact, typeof payload === 'string' ? Buffer.from(payload) : payload);
    publisher.publish([{ fact, shard: -1, t, place, payload }]);
  }
  await publisher.settled();
}
