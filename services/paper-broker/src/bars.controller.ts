import { Controller, Get, Param, Query } from '@nestjs/common';
import { BarStore } from './bar-store.ts';
import { listBars, type BarsQuery } from './bars-query.ts';
import type { Json } from './order-answer.ts';

/** `/v2/stocks`: the bars that the exchange was driven by, as the vendor's market data has them. */
@Controller('v2/stocks')
export class BarsController {
  readonly #store: BarStore;

  constructor(store: BarStore) {
    this.#store = store;
  }

  @Get('bars')
  many(@Query() query: BarsQuery): object {
    return listBars(this.#store, query);
  }

  @Get('bars/latest')
  latest(@Query('symbols') symbols = ''): Json {
    const last = symbols.split(',').flatMap((symbol) => this.#store.of(symbol).at(-1) ?? []);
    return { bars: Object.fromEntries(last.map(({ symbol, bar }) => [symbol, bar])) };
  }

  @Get(':symbol/bars')
  one(@Param('symbol') symbol: string, @Query() query: BarsQuery): Json {
    const { bars, next_page_token: next } = listBars(this.#store, { ...query, symbols: symbol });
    return { symbol, bars: bars[symbol] ?? [], next_page_token: next };
  }

  @Get(':symbol/bars/latest')
  latestOf(@Param('symbol') symbol: string): Json {
    return { symbol, bar: this.#store.of(symbol).at(-1)?.bar ?? null };
  }
}
