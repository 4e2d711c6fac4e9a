import { setTimeout as sleep } from 'node:timers/promises';
import { wallClock, type WallClock } from '@aitrader/runtime-configuration';
import { startExchangeProgram, type ExchangeProgram } from './exchange-program.ts';
import { SimulatedAlpaca } from './simulated-alpaca.ts';

const MINUTE_MS = 60_000;
/** The exchange trades a minute so long after its close: before anybody can have heard of its bars. */
const TRADED_AFTER_MS = 200;
const POLL_MS = 10;

/** Keys that both the vendor and the broker take; no others. */
const KEYS = { APCA_API_KEY_ID: 'rehearsal-key-id', APCA_API_SECRET_KEY: 'rehearsal-secret-key' };

export interface AlpacaDayOptions {
  readonly symbols: readonly string[];
  /** what the clock shows when the day begins, RFC 3339 */
  readonly shows: string;
  /** how much faster than the real one */
  readonly speed: number;
  /** for the exchange */
  readonly exchange?: Readonly<Record<string, string>>;
}

/**
 * A day at a simulated Alpaca: its market data by one server and its trading by another, a paper exchange by the vendor's rules, which trades
 * what the first says was true. Both go by one clock.
 */
export class SimulatedAlpacaDay {
  readonly clock: WallClock;
  readonly vendor: SimulatedAlpaca;
  readonly exchange: ExchangeProgram;
  /** what a command needs to trade here */
  readonly environment: Readonly<Record<string, string>>;
  readonly #driven: Promise<void>;
  #isOver = false;

  private constructor(clock: WallClock, described: string, vendor: SimulatedAlpaca, exchange: ExchangeProgram, speed: number) {
    this.clock = clock;
    this.vendor = vendor;
    this.exchange = exchange;
    this.environment = {
      ...vendor.environment,
      ...KEYS,
      AITRADER_CLOCK: described,
      AITRADER_BROKER_URL: exchange.url,
      // as many a minute of this clock as the broker lets everybody
      AITRADER_BROKER_REQUESTS_PER_MINUTE: String(200 * speed),
    };
    this.#driven = this.#drive();
  }

  static async begin({ symbols, shows, speed, exchange = {} }: AlpacaDayOptions): Promise<SimulatedAlpacaDay> {
    const program = await startExchangeProgram({
      PAPER_EXCHANGE_RULES: 'vendor',
      PAPER_EXCHANGE_FROM: shows,
      PAPER_EXCHANGE_SYMBOLS: symbols.join(','),
      PAPER_EXCHANGE_KEYS: `${KEYS.APCA_API_KEY_ID}:${KEYS.APCA_API_SECRET_KEY}`,
      ...exchange,
    });
    const described = JSON.stringify({ shows, at: Date.now(), speed });
    const clock = wallClock({ AITRADER_CLOCK: described });
    const vendor = await SimulatedAlpaca.start(symbols, clock);
    return new SimulatedAlpacaDay(clock, described, vendor, program, speed);
  }

  /** The minute that is under way, on the grid of minutes: it closes at the next one's start. */
  get minute(): number {
    return Math.floor(this.clock.now() / MINUTE_MS);
  }

  /** What goes wrong in driving is thrown where the day ends. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#driven;
    await this.vendor.stop();
    this.exchange.stop();
  }

  async #drive(): Promise<void> {
    for (let minute = this.minute; !this.#isOver;) {
      if (this.clock.now() < (minute + 1) * MINUTE_MS + TRADED_AFTER_MS) await sleep(POLL_MS);
      else await this.#trade(minute++);
    }
  }

  async #trade(minute: number): Promise<void> {
    const { vendor, exchange } = this;
    const bars: Record<string, object> = {};
    for (const symbol of vendor.symbols) {
      const bar = vendor.truth(symbol, minute);
      if (bar !== undefined) bars[symbol] = bar;
    }
    await exchange.advance((minute + 1) * MINUTE_MS, bars);
  }
}
