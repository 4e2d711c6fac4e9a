import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WallClock } from '@aitrader/runtime-configuration';
import type { TruthBar } from './simulated-alpaca.ts';

const MINUTE_MS = 60_000;
/** Shares of a trade: no odd lot. */
const VOLUME = 100;
/** Trades of a minute, so long after its start. */
const TRADES_MS = { o: 5_000, h: 15_000, l: 25_000, c: 35_000 } as const;

/** A vendor that streams trades by a clock, four a symbol and minute, of which the same bars are made as another one's; candles it has none. */
export class SimulatedFinnhub {
  readonly #symbols: readonly string[];
  readonly #truth: (symbol: string, minute: number) => TruthBar | undefined;
  readonly #clock: WallClock;
  readonly #http = createServer((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/json', date: new Date(this.#clock.now()).toUTCString() });
    response.end('{"error":"You don\'t have access to this resource."}');
  });
  readonly #sockets = new WebSocketServer({ noServer: true });
  /** it takes connections, and says nothing */
  isMute = true;
  #misprinted: { readonly symbol: string; readonly from: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #saidTo: number;

  private constructor(
    symbols: readonly string[],
    truth: (symbol: string, minute: number) => TruthBar | undefined,
    clock: WallClock,
  ) {
    this.#symbols = symbols;
    this.#truth = truth;
    this.#clock = clock;
    this.#saidTo = clock.now();
    this.#http.on('upgrade', (request, socket, head) => this.#sockets.handleUpgrade(request, socket, head, () => undefined));
  }

  static async start(
    symbols: readonly string[],
    truth: (symbol: string, minute: number) => TruthBar | undefined,
    clock: WallClock,
  ): Promise<SimulatedFinnhub> {
    const vendor = new SimulatedFinnhub(symbols, truth, clock);
    vendor.#http.listen(0, '127.0.0.1');
    await once(vendor.#http, 'listening');
    vendor.#timer = setInterval(() => vendor.#tick(), 20);
    return vendor;
  }

  get environment(): Record<string, string> {
    const { port } = this.#http.address() as AddressInfo;
    return {
      FINNHUB_API_KEY: 'rehearsal-token',
      AITRADER_FINNHUB_URL: `http://127.0.0.1:${port}`,
      AITRADER_FINNHUB_STREAM_URL: `ws://127.0.0.1:${port}`,
    };
  }

  /** Says a twentieth too much of a symbol from the minute on that starts at `from` × 60 s. */
  misprint(symbol: string, from: number): void {
    this.#misprinted = { symbol, from };
  }

  /** The bar that its trades of a minute make; undefined when there are none. */
  bar(symbol: string, minute: number): TruthBar | undefined {
    const bar = this.#truth(symbol, minute);
    if (bar === undefined) return undefined;
    const isWrong = symbol === this.#misprinted?.symbol && minute >= this.#misprinted.from;
    const [o, h, l, c] = [bar.o, bar.h, bar.l, bar.c].map((price) => (isWrong ? Math.round(price * 105) / 100 : price));
    return { o: o ?? NaN, h: h ?? NaN, l: l ?? NaN, c: c ?? NaN, v: VOLUME * Object.keys(TRADES_MS).length };
  }

  /** Says every trade that was made since it said some. */
  #tick(): void {
    const now = this.#clock.now();
    const [first, last] = [this.#saidTo, now].map((t) => Math.floor(t / MINUTE_MS));
    const data: object[] = [];
    for (let minute = first ?? 0; minute <= (last ?? 0); minute++)
      for (const [price, after] of Object.entries(TRADES_MS) as [keyof typeof TRADES_MS, number][]) {
        const t = minute * MINUTE_MS + after;
        if (t > this.#saidTo && t <= now) data.push(...this.#symbols.flatMap((symbol) => this.#trade(symbol, minute, price, t)));
      }
    this.#saidTo = now;
    if (data.length === 0 || this.isMute) return;
    for (const client of this.#sockets.clients)
      if (client.readyState === client.OPEN) client.send(JSON.stringify({ type: 'trade', data }));
  }

  #trade(symbol: string, minute: number, price: keyof typeof TRADES_MS, t: number): object[] {
    const bar = this.bar(symbol, minute);
    return bar === undefined ? [] : [{ s: symbol, p: bar[price], t, v: VOLUME, c: ['1', '24'] }];
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const client of this.#sockets.clients) client.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }
}
