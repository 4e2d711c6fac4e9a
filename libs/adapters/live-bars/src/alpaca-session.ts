import { decode, encode } from '@msgpack/msgpack';
import type { WebSocket } from 'ws';

/*
 * The server's side of Alpaca's stream of market data, for one client: log in, subscribe, hear what there is. Words of the server are
 * arrays, in JSON or in msgpack as the handshake says.
 */

/** A client that does not log in is let go. */
const AUTH_MS_MAX = 10_000;

const CHANNELS = [
  'trades',
  'quotes',
  'bars',
  'updatedBars',
  'dailyBars',
  'statuses',
  'lulds',
  'corrections',
  'cancelErrors',
] as const;
export type StreamChannel = (typeof CHANNELS)[number];

const WORDS: ReadonlyMap<number, string> = new Map([
  [400, 'invalid syntax'],
  [401, 'not authenticated'],
  [402, 'auth failed'],
  [403, 'already authenticated'],
  [404, 'auth timeout'],
  [405, 'symbol limit exceeded'],
  [406, 'connection limit exceeded'],
  [409, 'insufficient subscription'],
  [500, 'internal error'],
]);
/** After these there is nothing more to say. */
const LAST_WORDS: ReadonlySet<number> = new Set([402, 404]);

type Fields = Readonly<Record<string, unknown>>;

/** Who decides what a session only asks. */
export interface SessionDoor {
  /** the code that refuses a login; undefined lets it in */
  readonly refusalOf: (key: unknown, secret: unknown) => number | undefined;
  /** every message of the client that could be read, before it is acted on */
  readonly heard?: (message: Fields) => void;
}

/** One client of the stream. Whoever owns the socket says what there is; the session knows what of it is wanted. */
export class AlpacaSession {
  readonly packed: boolean;
  readonly #socket: WebSocket;
  readonly #door: SessionDoor;
  readonly #wanted: ReadonlyMap<StreamChannel, Set<string>> = new Map(CHANNELS.map((channel) => [channel, new Set()]));
  readonly #patience: NodeJS.Timeout;
  #isIn = false;

  constructor(socket: WebSocket, packed: boolean, door: SessionDoor) {
    this.#socket = socket;
    this.packed = packed;
    this.#door = door;
    this.#patience = setTimeout(() => this.refuse(404), AUTH_MS_MAX);
    socket.on('close', () => clearTimeout(this.#patience));
    socket.on('message', (data: Buffer) => this.#hear(data));
    this.say({ T: 'success', msg: 'connected' });
  }

  /** Whether a symbol is wanted in a channel, by its name or by the star. */
  wants(channel: StreamChannel, symbol: string): boolean {
    const wanted = this.#wanted.get(channel);
    return wanted !== undefined && (wanted.has('*') || wanted.has(symbol));
  }

  /** Says messages in one frame. */
  say(...messages: readonly object[]): void {
    this.#socket.send(this.packed ? encode(messages) : JSON.stringify(messages));
  }

  refuse(code: number): void {
    this.say({ T: 'error', code, msg: WORDS.get(code) ?? 'refused' });
    if (LAST_WORDS.has(code)) this.#socket.close();
  }

  logIn(key: unknown, secret: unknown): void {
    if (this.#isIn) return this.refuse(403);
    const refusal = this.#door.refusalOf(key, secret);
    if (refusal !== undefined) return this.refuse(refusal);
    this.#isIn = true;
    clearTimeout(this.#patience);
    return this.say({ T: 'success', msg: 'authenticated' });
  }

  #hear(data: Buffer): void {
    const message = this.#read(data);
    if (message === undefined) return this.refuse(400);
    this.#door.heard?.(message);
    const action = message['action'];
    if (action === 'auth') return this.logIn(message['key'], message['secret']);
    if (!this.#isIn) return this.refuse(401);
    if (action !== 'subscribe' && action !== 'unsubscribe') return this.refuse(400);
    for (const [channel, wanted] of this.#wanted) change(wanted, action, message[channel]);
    const lists = Object.fromEntries([...this.#wanted].map(([channel, wanted]) => [channel, [...wanted]]));
    return this.say({ T: 'subscription', ...lists });
  }

  #read(data: Buffer): Fields | undefined {
    try {
      const message: unknown = this.packed ? decode(data) : JSON.parse(data.toString());
      return typeof message === 'object' && message !== null ? (message as Fields) : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Adds symbols to a channel, or takes them off it. */
function change(wanted: Set<string>, action: 'subscribe' | 'unsubscribe', symbols: unknown): void {
  if (!Array.isArray(symbols)) return;
  for (const symbol of symbols) {
    if (typeof symbol !== 'string') continue;
    if (action === 'subscribe') wanted.add(symbol);
    else wanted.delete(symbol);
  }
}
