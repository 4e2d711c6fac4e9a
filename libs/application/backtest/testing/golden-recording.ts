import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createRecording, readStored, type Bus, type LoggedMessage } from '@aitrader/runtime-bus';
import { streamOf } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';

/** A message of a recording as a line of a file: its payload as text, or in base 64 when it is no text that comes back as it was. */
interface Line {
  readonly seq: number;
  readonly subject: string;
  readonly text?: string;
  readonly base64?: string;
}

/** Writes a recording to a file of one line a message, compressed. */
export async function keepRecording(bus: Bus, run: RunId, file: string): Promise<void> {
  const lines: string[] = [];
  await readStored(bus, run, (message) => lines.push(JSON.stringify(lineOf(message))));
  writeFileSync(file, gzipSync(`${lines.join('\n')}\n`, { level: 9 }));
}

function lineOf({ seq, subject, data }: LoggedMessage): Line {
  const bytes = Buffer.from(data);
  const text = bytes.toString('utf8');
  return { seq, subject, ...(Buffer.from(text).equals(bytes) ? { text } : { base64: bytes.toString('base64') }) };
}

/** The messages of a file that {@link keepRecording} wrote. */
export function keptMessages(file: string): LoggedMessage[] {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const { seq, subject, text, base64 } = JSON.parse(line) as Line;
    return { seq, subject, data: text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text) };
  });
}

/** Puts messages into a recording of their own on a bus, with the sequences that they had. */
export async function restoreRecording(bus: Bus, run: RunId, messages: readonly LoggedMessage[]): Promise<void> {
  await createRecording(bus, run);
  const { js } = bus;
  for (const { seq, subject, data } of messages) {
    const stored = await js.publish(subject, data, { msgID: String(seq), expect: { streamName: streamOf(run) } });
    if (stored.seq !== seq) throw new Error(`message ${seq} of ${run} was stored as ${stored.seq}`);
  }
}
