import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { headers as newHeaders } from '@nats-io/transport-node';
import {
  explainFill,
  listRuns,
  resultOf,
  UnknownFillError,
  type ExplainedFill,
  type ExplainedSignal,
  type RecordedResult,
} from '@aitrader/application-recordings';
import { streamOf } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { createRecording, readStored, type Bus, type LoggedMessage } from '@aitrader/runtime-bus';
import type { Digest } from '@aitrader/runtime-engine';
import { readTrustedKeys, SEQUENCE_HEADER, SIGNATURE_HEADER, signingKeysOf } from '@aitrader/runtime-signing';

const ID_HEADER = 'Nats-Msg-Id';
/** What signatures are held against beside the payload. The server's own of a batch are of no use to anybody later. */
const KEPT_HEADERS = [ID_HEADER, SIGNATURE_HEADER, SEQUENCE_HEADER];

type Headers = Readonly<Record<string, string>>;

/** A message of a recording as a line of a file: its payload as text, or in base 64 when it is no text that comes back as it was. */
interface Line {
  readonly seq: number;
  readonly subject: string;
  /** of a signed message, what its signature is held against */
  readonly headers?: Headers;
  readonly text?: string;
  readonly base64?: string;
}

/** A message as it was stored, with its signature where it is signed. */
export type KeptMessage = LoggedMessage & { readonly headers?: Headers };

/** What the program that wrote a recording said of it. */
export interface Said {
  readonly listed: { readonly run: string };
  readonly result: Pick<RecordedResult, 'bars' | 'slices' | 'counts' | 'equity' | 'maxDrawdown'>;
  readonly digest: Digest;
  /** parts of the digest that today's program reads otherwise, since their facts have another version today */
  readonly digestToday?: Partial<Digest>;
  readonly explained: Readonly<Record<string, ExplainedFill & ExplainedSignal>>;
  /** public keys that orders and commands are signed with, of risk and of each operator; absent where nothing is signed */
  readonly keys?: { readonly risk: readonly string[]; readonly operators: Readonly<Record<string, readonly string[]>> };
}

/** Writes a recording to a file of one line a message, compressed. */
export async function keepRecording(bus: Bus, run: RunId, file: string): Promise<void> {
  const lines: string[] = [];
  await readStored(bus, run, (message, header) => lines.push(JSON.stringify(lineOf(message, header))));
  writeFileSync(file, gzipSync(`${lines.join('\n')}\n`, { level: 9 }));
}

function lineOf({ seq, subject, data }: LoggedMessage, header: (name: string) => string): Line {
  const bytes = Buffer.from(data);
  const text = bytes.toString('utf8');
  const kept = KEPT_HEADERS.map((name) => [name, header(name)] as const).filter(([, value]) => value !== '');
  const signed = header(SIGNATURE_HEADER) === '' ? {} : { headers: Object.fromEntries(kept) };
  return { seq, subject, ...signed, ...(Buffer.from(text).equals(bytes) ? { text } : { base64: bytes.toString('base64') }) };
}

/** Writes what this program says of a recording: how it lists it, the result, the digest, its first and last fill of a signal explained, and its keys. */
export async function keepSaid(bus: Bus, run: RunId, home: string, file: string): Promise<void> {
  const entry = (await listRuns(bus)).find((one) => one.run === run);
  if (entry === undefined) throw new Error(`${run} is not listed`);
  const { messages, kind, from, to, symbols, shards, complete } = entry;
  const { bars, slices, counts, equity, maxDrawdown, digest } = await resultOf(bus, run);
  const said = {
    listed: { run, messages, kind, from, to, symbols, shards, complete },
    result: { bars, slices, counts, equity, maxDrawdown },
    digest,
    explained: await explainedOf(bus, run, counts.fills),
    keys: (await isSigned(bus, run)) ? keysOf(home) : undefined,
  };
  writeFileSync(file, `${JSON.stringify(said, null, 2)}\n`);
}

async function explainedOf(bus: Bus, run: RunId, fills: number): Promise<Said['explained']> {
  const explained: [string, ExplainedFill & ExplainedSignal][] = [];
  for (let n = 1; n <= fills; n++) {
    const one = await explainFill(bus, run, `#${n}`, () => undefined);
    if (one.command === undefined && one.orderedIn === undefined) explained.push([String(n), one]);
  }
  const [first, last] = [explained[0], explained.at(-1)];
  if (first === undefined || last === undefined) throw new UnknownFillError(run, 'of a signal', []);
  return Object.fromEntries([first, last]);
}

async function isSigned(bus: Bus, run: RunId): Promise<boolean> {
  let found = false;
  await readStored(bus, run, (_, header) => (found ||= header(SIGNATURE_HEADER) !== ''));
  return found;
}

function keysOf(home: string): Said['keys'] {
  const { risk, operators } = readTrustedKeys(signingKeysOf(home).trusted);
  return { risk, operators: Object.fromEntries(operators) };
}

/** The messages of a file that {@link keepRecording} wrote. */
export function keptMessages(file: string): KeptMessage[] {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const { seq, subject, headers, text, base64 } = JSON.parse(line) as Line;
    const data = text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text);
    return { seq, subject, data, ...(headers === undefined ? {} : { headers }) };
  });
}

/** Puts messages into a recording of their own on a bus, with the sequences and the signatures that they had. */
export async function restoreRecording(bus: Bus, run: RunId, messages: readonly KeptMessage[]): Promise<void> {
  await createRecording(bus, run);
  await restoreMessages(bus, run, messages);
}

/** Goes on with that. */
export async function restoreMessages(bus: Bus, run: RunId, messages: readonly KeptMessage[]): Promise<void> {
  const { js } = bus;
  for (const { seq, subject, data, headers = {} } of messages) {
    const { [ID_HEADER]: msgID = String(seq), ...signed } = headers;
    const head = newHeaders();
    for (const [name, value] of Object.entries(signed)) head.set(name, value);
    const options = { msgID, headers: head };
    const stored = await js.publish(subject, data, { ...options, expect: { streamName: streamOf(run) } });
    if (stored.seq !== seq) throw new Error(`message ${seq} of ${run} was stored as ${stored.seq}`);
  }
}
