import { setTimeout as sleep } from 'node:timers/promises';
import { headers as newHeaders } from '@nats-io/transport-node';
import { streamOf, subjectsOfRun } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { createRecording, deleteRecording, readLogTo, recordingInfo, type Bus } from '@aitrader/runtime-bus';

/** A message as it is stored, with all that its writer said beside it. */
export interface StoredWhole {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** What the server says of a message, or of how it was stored. */
const OF_THE_SERVER = /^Nats-(?!Msg-Id)/;

/** All messages of a recording, to be changed and written anew. */
export async function storedWhole(bus: Bus, run: RunId): Promise<StoredWhole[]> {
  const messages: StoredWhole[] = [];
  await readLogTo(bus, (await recordingInfo(bus, run)).state.last_seq, {
    run,
    subjects: [subjectsOfRun(run)],
    from: 1,
    onMessage: ({ subject, data, headers }) =>
      messages.push({
        subject,
        data: Uint8Array.from(data),
        headers: [...(headers ?? [])].flatMap(([name, values]) =>
          OF_THE_SERVER.test(name) ? [] : values.map((value) => [name, value] as const),
        ),
      }),
  });
  return messages;
}

/** Puts a recording in the place of one of the same name, as who owns the bus can. */
export async function rewriteRecording(bus: Bus, run: RunId, messages: readonly StoredWhole[]): Promise<void> {
  await deleteRecording(bus, run);
  await createRecording(bus, run);
  for (const { subject, data, headers } of messages) {
    const head = newHeaders();
    for (const [name, value] of headers) head.append(name, value);
    bus.nc.publish(subject, data, { headers: head });
  }
  await bus.nc.flush();
  const stored = async (): Promise<number> => (await bus.jsm.streams.info(streamOf(run))).state.messages;
  while ((await stored()) < messages.length) await sleep(20);
}

/** The same message with one bit of its payload turned. */
export const flipped = (message: StoredWhole): StoredWhole => {
  const data = Uint8Array.from(message.data);
  const at = Math.floor(data.length / 2);
  data[at] = (data[at] ?? 0) ^ 1;
  return { ...message, data };
};
