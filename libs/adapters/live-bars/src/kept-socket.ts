import { WebSocket, type RawData } from 'ws';

/*
 * One WebSocket to a vendor, kept up.
 *
 * 1. There is never more than one: vendors allow one an account, and a stale one blocks the next.
 * 2. A socket that does not answer, or is mute while something is due, is replaced; the time is counted from its last sign of life.
 * 3. It is tried again, later and later, until it is closed.
 */

export interface KeptSocketOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** epoch ms */
  readonly now: () => number;
  /** uniform on [0, 1), for the jitter between tries */
  readonly random: () => number;
  readonly retryMs?: { readonly first: number; readonly most: number } | undefined;
  /** between two looks at the socket, ms; a ping that is not answered by the next but one is a dead socket */
  readonly watchMs?: number | undefined;
}

/** What a vendor's messages mean, and what is told of the socket. */
export interface SocketProtocol {
  /** a new socket is being opened */
  readonly opening: (at: number) => void;
  /** it is open */
  readonly opened: () => void;
  readonly frame: (frame: Uint8Array, at: number) => void;
  /** whether all that was asked for is there */
  readonly isStreaming: () => boolean;
  /** since when the socket is as good as dead though it answers, and why; undefined while it is well */
  readonly silence: (at: number) => { readonly since: number; readonly why: string } | undefined;
  /** whether a status in place of a socket is final; then it is not tried again */
  readonly refuses?: (status: number) => boolean;
  /** nothing came any more from `since` on */
  readonly lost: (since: number, why: string) => void;
}

const RETRY_MS = { first: 500, most: 60_000 };
const WATCH_MS = 2_500;
/** A socket is open, and logged in, after ten seconds, or it is none. */
const LOGIN_MS_MAX = 10_000;
const NORMAL_CLOSE = 1000;

/** Somebody who waits for the answer to a ping. */
interface Waiting {
  readonly answered: () => void;
  readonly lost: (error: Error) => void;
}

/** Keeps a socket up until it is closed. */
export class KeptSocket {
  readonly #options: KeptSocketOptions;
  readonly #protocol: SocketProtocol;
  #socket: WebSocket | undefined;
  #lastLife = 0;
  #unanswered = 0;
  /** by the number that a ping carries */
  readonly #waiting = new Map<number, Waiting>();
  #pings = 0;
  #tries = 0;
  #timer: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: KeptSocketOptions, protocol: SocketProtocol) {
    this.#options = options;
    this.#protocol = protocol;
  }

  open(): void {
    if (this.#closed || this.#socket !== undefined) return;
    const { url, headers = {}, watchMs, now } = this.#options;
    const socket = new WebSocket(url, { headers, handshakeTimeout: LOGIN_MS_MAX, perMessageDeflate: true });
    this.#socket = socket;
    this.#lastLife = now();
    this.#unanswered = 0;
    this.#protocol.opening(this.#lastLife);
    socket.on('open', () => {
      if (socket === this.#socket) this.#protocol.opened();
    });
    socket.on('message', (data) => this.#take(socket, data));
    socket.on('pong', (data) => this.#answered(socket, data));
    socket.on('error', (error) => this.#lose(socket, error.message));
    socket.on('close', (code, reason) => this.#lose(socket, `closed by the vendor, ${code} ${reason.toString()}`.trim()));
    socket.on('unexpected-response', (_request, { statusCode = 0 }) => {
      if (socket !== this.#socket) return;
      if (this.#protocol.refuses?.(statusCode) === true) this.close();
      else this.#lose(socket, `HTTP ${statusCode}`);
    });
    this.#watch = setInterval(() => this.#look(socket), watchMs ?? WATCH_MS);
  }

  /** All that was asked for is there: the next loss is tried again at once. */
  settled(): void {
    this.#tries = 0;
  }

  send(data: string | Uint8Array): void {
    const socket = this.#socket;
    socket?.send(data, (error) => {
      if (error instanceof Error) this.#lose(socket, error.message);
    });
  }

  /** Resolves when the vendor has answered a ping: all that it sent before was heard. Rejects when there is no socket, or it is lost. */
  async ping(): Promise<void> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) throw new Error('there is no connection');
    this.#pings += 1;
    const n = this.#pings;
    return new Promise((answered, lost) => {
      this.#waiting.set(n, { answered, lost });
      socket.ping(String(n));
    });
  }

  /** The socket there is is of no use. */
  lose(why: string): void {
    if (this.#socket !== undefined) this.#lose(this.#socket, why);
  }

  /** Ends it for good. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#drop();
  }

  #alive(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#lastLife = this.#options.now();
    this.#unanswered = 0;
  }

  #answered(socket: WebSocket, data: Buffer): void {
    if (socket !== this.#socket) return;
    this.#alive(socket);
    // a vendor may answer the latest of several pings alone
    const n = Number(data.toString());
    for (const [ping, { answered }] of this.#waiting) {
      if (!(ping <= n)) continue;
      this.#waiting.delete(ping);
      answered();
    }
  }

  #take(socket: WebSocket, data: RawData): void {
    if (socket !== this.#socket) return;
    this.#alive(socket);
    const frame = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
    this.#protocol.frame(frame, this.#lastLife);
  }

  /** Asks for a sign of life, and gives a socket up that gave none. */
  #look(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    const at = this.#options.now();
    if (this.#unanswered >= 2) return this.#lose(socket, 'it does not answer');
    if (!this.#protocol.isStreaming() && at - this.#lastLife > LOGIN_MS_MAX)
      return this.#lose(socket, 'nothing came while it was opened');
    const silence = this.#protocol.silence(at);
    if (silence !== undefined) {
      this.#lastLife = silence.since;
      return this.#lose(socket, silence.why);
    }
    if (socket.readyState !== WebSocket.OPEN) return;
    this.#unanswered += 1;
    socket.ping('0');
  }

  #lose(socket: WebSocket, why: string): void {
    if (socket !== this.#socket) return;
    const since = this.#protocol.isStreaming() ? this.#lastLife : this.#options.now();
    this.#drop();
    this.#protocol.lost(since, why);
    if (this.#closed) return;
    const { first, most } = this.#options.retryMs ?? RETRY_MS;
    const wait = Math.min(most, first * 2 ** this.#tries) * (0.5 + this.#options.random() / 2);
    this.#tries += 1;
    this.#timer = setTimeout(() => this.open(), wait);
  }

  #drop(): void {
    clearInterval(this.#watch);
    const socket = this.#socket;
    this.#socket = undefined;
    for (const { lost } of this.#waiting.values()) lost(new Error('the connection was lost'));
    this.#waiting.clear();
    if (socket === undefined) return;
    // What a dead socket still has to say is of no interest, and must not end the process.
    socket.removeAllListeners();
    socket.on('error', () => undefined);
    if (socket.readyState === WebSocket.OPEN) socket.close(NORMAL_CLOSE);
    const gone = setTimeout(() => socket.terminate(), 1_000);
    socket.once('close', () => clearTimeout(gone));
    if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
  }
}
