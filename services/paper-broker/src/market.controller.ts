import { Controller, Get, Param, Query } from '@nestjs/common';
import { assetNamed, badParameter, notFound } from '@aitrader/core-exchange';
import { compareText } from '@aitrader/model';
import { assetAnswer } from './account-answer.ts';
import { ExchangeHost } from './exchange-host.ts';
import { calendarAnswer, clockAnswer } from './market-days.ts';
import type { Json } from './order-answer.ts';
import { Refused } from './refused.ts';

/** `/v2/assets`, `/v2/clock` and `/v2/calendar`. */
@Controller('v2')
export class MarketController {
  readonly #host: ExchangeHost;

  constructor(host: ExchangeHost) {
    this.#host = host;
  }

  @Get('assets')
  assets(@Query('status') status = 'active', @Query('asset_class') assetClass = 'us_equity'): Json[] {
    if (status === 'inactive' || assetClass !== 'us_equity') return [];
    const all = [...this.#host.state.assets.values()];
    return all.sort((a, b) => compareText(a.symbol, b.symbol)).map(assetAnswer);
  }

  @Get('assets/:symbol')
  asset(@Param('symbol') name: string): Json {
    const { assets } = this.#host.state;
    const found = assetNamed(assets, name) ?? [...assets.values()].find(({ id }) => id === name);
    if (found === undefined) throw new Refused(notFound(`asset not found for ${name}`));
    return assetAnswer(found);
  }

  @Get('clock')
  clock(): Json {
    return clockAnswer(this.#host.state.now);
  }

  @Get('calendar')
  calendar(@Query('start') start?: string, @Query('end') end?: string): Json[] {
    const days = calendarAnswer(start, end);
    if (days === undefined) throw new Refused(badParameter('invalid start or end'));
    return days;
  }
}
