import { STRATEGY_CATALOGUE } from '@aitrader/core-strategies';
import { FACT_WIRING, fieldWords, readMessage, upcast, versionOf, type Fact, type JsonObject } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { messageAt, readingMessage, recordingInfo, type Bus, type StoredMessage } from '@aitrader/runtime-bus';

/** One message of a recording, for people to read. */
export interface ShownMessage {
  readonly run: RunId;
  readonly seq: number;
  readonly subject: string;
  /** its fact and version; null when the subject names none that is known here */
  readonly fact: Fact | null;
  readonly version: number | null;
  /** its id, by which a repeat is recognised */
  readonly id: string;
  /** when the server stored it */
  readonly stored: string;
  readonly bytes: number;
  /** what it says, as today's version of its fact says it; null when it cannot be read */
  readonly payload: JsonObject | null;
  /** the version in whose words `payload` is, when the message is of an earlier one */
  readonly saidAs: number | null;
  /** the payload as it was stored, when it is of an earlier version or cannot be read: JSON, or text, or base64 */
  readonly recorded: unknown;
  /** why it cannot be read; null when it can */
  readonly problem: string | null;
}

/** Thrown when a recording has no message of a sequence. */
export class UnknownMessageError extends Error {
  override readonly name = 'UnknownMessageError';
}

/** Thrown when a message says nothing of a symbol. */
export class SymbolNotThereError extends Error {
  override readonly name = 'SymbolNotThereError';
}

/** Shows one message of a recording, damaged ones too. @throws UnknownRunError, UnknownMessageError */
export async function showMessage(bus: Bus, run: RunId, seq: number): Promise<ShownMessage> {
  const { state } = await recordingInfo(bus, run);
  const message = await messageAt(bus, run, seq);
  if (message === undefined) {
    const has = state.messages === 0 ? 'it is empty' : `it has those from ${state.first_seq} to ${state.last_seq}`;
    throw new UnknownMessageError(`${run} has no message ${seq}; ${has}`);
  }
  const { fact, version } = versionOf(message.subject) ?? {};
  const { subject, id, data, storedAtMs } = message;
  const head = { run, seq, subject, id, bytes: data.length, stored: new Date(storedAtMs).toISOString() };
  const address = { fact: fact ?? null, version: version ?? null };
  return { ...head, ...address, ...payloadOf(message, fact, version) };
}

type Payload = Pick<ShownMessage, 'payload' | 'saidAs' | 'recorded' | 'problem'>;

function payloadOf(message: StoredMessage, fact: Fact | undefined, version: number | undefined): Payload {
  const { data, subject } = message;
  try {
    if (fact === undefined || version === undefined) throw new RangeError(`not a subject of a run: ${subject}`);
    const payload = readingMessage(message, () => readMessage(fact, upcast(fact, version, data)));
    const today = FACT_WIRING[fact].version;
    const earlier = version !== today;
    return { payload, saidAs: earlier ? today : null, recorded: earlier ? plainOf(data) : null, problem: null };
  } catch (error) {
    return {
      payload: null,
      saidAs: null,
      recorded: plainOf(data),
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}

/** Bytes as JSON, or as text, or in base64. */
function plainOf(data: Uint8Array): unknown {
  const bytes = Buffer.from(data);
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) return bytes.toString('base64');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The same message with what it says of one symbol alone. @throws SymbolNotThereError naming the symbols that it has */
export function ofSymbol(shown: ShownMessage, symbol: string): ShownMessage {
  const { payload, run, seq } = shown;
  if (payload === null) return shown;
  const there = symbolsIn(shown, payload);
  if (!there.includes(symbol)) {
    const has = there.length === 0 ? 'of no symbol' : `of ${[...new Set(there)].join(', ')}`;
    throw new SymbolNotThereError(`message ${seq} of ${run} says nothing of ${symbol}; it speaks ${has}`);
  }
  const isOfIt = (element: unknown, i: number): boolean =>
    isSlice(shown) ? there[i] === symbol : element === symbol || symbolOf(element) === symbol;
  const kept = Object.entries(payload).map(
    ([name, value]) => [name, Array.isArray(value) ? value.filter((element: unknown, i) => isOfIt(element, i)) : value] as const,
  );
  return { ...shown, payload: Object.fromEntries(kept) };
}

const symbolOf = (element: unknown): string | undefined =>
  typeof element === 'object' && element !== null && 'symbol' in element ? String(element.symbol) : undefined;

/** The symbols that a message speaks of: a slice's, in their order, or those that it names and those of its elements. */
function symbolsIn(shown: ShownMessage, payload: JsonObject): readonly string[] {
  const { symbols } = payload;
  const named = Array.isArray(symbols) ? symbols.map(String) : [];
  if (isSlice(shown)) return named;
  const elements = Object.values(payload).flatMap((value): unknown[] => (Array.isArray(value) ? value : []));
  return [...named, ...elements.flatMap((element) => symbolOf(element) ?? [])];
}

const SLICES: readonly (Fact | null)[] = ['bars', 'states', 'watchlists'];
/** Whether a message is a slice: symbols, and columns that have one value for each. */
export const isSlice = ({ fact }: Pick<ShownMessage, 'fact'>): boolean => SLICES.includes(fact);

/** What the fields of a message mean, and in which units: by place, `*` for any element of a list. */
export const wordsOf = ({ fact }: ShownMessage): ReadonlyMap<string, string> =>
  fact === null ? new Map() : new Map([...fieldWords(fact), ...(fact === 'manifest' ? PARAMETER_WORDS : [])]);

const PARAMETER_WORDS = Object.values(STRATEGY_CATALOGUE).flatMap((rules) =>
  Object.entries(rules).map(([name, { what }]) => [`config.strategies.*.parameters.${name}`, what] as const),
);
