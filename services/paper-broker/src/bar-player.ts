import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { isArchive, newMarketFeed, openBars, type MarketFeed, type OpenMarket } from '@aitrader/application-markets';
import { listAsset } from '@aitrader/core-exchange';
import { newSlices, nextInterval } from '@aitrader/core-market';
import type { BarSlice, EpochMs } from '@aitrader/model';
import { ConfigurationError, type BarSourceSpec } from '@aitrader/runtime-configuration';
import { ENVIRONMENT } from './exchange-tokens.ts';
import type { ExchangeEnvironment } from './exchange-environment.ts';
import { ExchangeHost } from './exchange-host.ts';

/** What came of playing bars. */
export interface Played {
  readonly intervals: number;
  readonly updates: number;
}

/** Intervals between two looks at whoever else wants something of this process. */
const INTERVALS_AT_ONCE = 256;

/** Plays the bars that the exchange was started with, as far as it is told. */
@Injectable()
export class BarPlayer implements OnModuleInit {
  readonly #host: ExchangeHost;
  readonly #source: string | undefined;
  #market: MarketFeed | undefined;
  #slices: BarSlice[] = [];
  #isNextReady = false;

  constructor(host: ExchangeHost, @Inject(ENVIRONMENT) environment: ExchangeEnvironment) {
    this.#host = host;
    this.#source = environment.bars;
  }

  /** @throws ConfigurationError, BarFileError, ArchiveError for bars that cannot be read */
  async onModuleInit(): Promise<void> {
    if (this.#source === undefined) return;
    const opened = await openSource(this.#source);
    this.#market = await newMarketFeed(opened.bars, 1, opened.actions);
    this.#slices = newSlices(this.#market.feed);
    for (const symbol of opened.bars.symbols) listAsset(this.#host.state, symbol);
    this.#host.openAt(opened.bars.first);
    this.#host.tellActions(opened.actions ?? []);
  }

  /** Plays so many intervals, or those up to and including a close, whichever ends first. Fewer when the bars end. */
  async play(intervals: number, until: number): Promise<Played> {
    let [played, updates] = [0, 0];
    while (played < intervals) {
      const t = await this.#peek();
      if (t === undefined || t > until) break;
      this.#isNextReady = false;
      updates += this.#host.advance(t, this.#slices);
      played += 1;
      if (played % INTERVALS_AT_ONCE === 0) await new Promise(setImmediate);
    }
    return { intervals: played, updates };
  }

  async #peek(): Promise<EpochMs | undefined> {
    if (this.#market === undefined) return undefined;
    while (!this.#isNextReady) {
      this.#isNextReady = nextInterval(this.#market.feed, this.#slices);
      if (!this.#isNextReady && !(await this.#market.more())) return undefined;
    }
    return this.#slices[0]?.t;
  }
}

const openSource = (name: string): Promise<OpenMarket> =>
  openBars(specOf(name), () => Promise.reject(new ConfigurationError('PAPER_EXCHANGE_BARS', ['recordings are not read'])));

function specOf(name: string): BarSourceSpec {
  if (name === 'sample') return { kind: 'sample' };
  return isArchive(name) ? { kind: 'archive', path: name } : { kind: 'files', paths: name.split(',') };
}
