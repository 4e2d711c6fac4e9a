import { unitsOf } from '@aitrader/model';
import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import {
  assetNamed,
  badParameter,
  closeAll,
  closePosition,
  isRefusal,
  notFound,
  quantityIn,
  type ClosePart,
  type ExchangeAsset,
} from '@aitrader/core-exchange';
import { positionAnswer, positionsAnswer } from './account-answer.ts';
import { ExchangeHost } from './exchange-host.ts';
import { orderAnswer, type Json } from './order-answer.ts';
import { Refused, refusalBody } from './refused.ts';

/** Places of a percentage. */
const PERCENT_PLACES = 9;
const PERCENT_MAX = 100 * 10 ** PERCENT_PLACES;

/** `/v2/positions`. A position goes by its symbol or by its asset's id. */
@Controller('v2/positions')
export class PositionsController {
  readonly #host: ExchangeHost;

  constructor(host: ExchangeHost) {
    this.#host = host;
  }

  @Get()
  list(): Json[] {
    return positionsAnswer(this.#host.state);
  }

  @Delete()
  @HttpCode(207)
  closeAll(@Query('cancel_orders') cancelOrders?: string): Json[] {
    const { state } = this.#host;
    const closed = this.#host.ask((_, updates) => closeAll(state, cancelOrders === 'true', updates));
    return closed.map(({ symbol, answer }) =>
      isRefusal(answer)
        ? { symbol, status: answer.status, body: refusalBody(answer) }
        : { symbol, status: 200, body: orderAnswer(state, answer) },
    );
  }

  @Get(':symbol')
  one(@Param('symbol') name: string): Json {
    const position = this.#host.state.ledger.positions.get(this.#asset(name).symbol);
    if (position === undefined) throw new Refused(notFound('position does not exist'));
    return positionAnswer(this.#host.state, position);
  }

  @Delete(':symbol')
  close(@Param('symbol') name: string, @Query('qty') qty?: string, @Query('percentage') percentage?: string): Json {
    const part = closePart(qty, percentage);
    const { symbol } = this.#asset(name);
    return orderAnswer(
      this.#host.state,
      this.#host.ask((state, updates) => closePosition(state, symbol, part, updates)),
    );
  }

  #asset(name: string): ExchangeAsset {
    const { assets } = this.#host.state;
    const found = assetNamed(assets, name) ?? [...assets.values()].find(({ id }) => id === name);
    if (found === undefined) throw new Refused(notFound('position does not exist'));
    return found;
  }
}

function closePart(qty: string | undefined, percentage: string | undefined): ClosePart {
  if (qty !== undefined && percentage !== undefined) throw new Refused(badParameter('only one of qty or percentage is accepted'));
  if (qty !== undefined) {
    const quantity = quantityIn(qty);
    if (typeof quantity === 'object') throw new Refused(quantity);
    return { quantity };
  }
  if (percentage === undefined) return {};
  const units = unitsOf(percentage, PERCENT_PLACES);
  if (typeof units === 'string' || units <= 0 || units > PERCENT_MAX)
    throw new Refused(badParameter('percentage must be > 0 and <= 100'));
  return { percentage: units };
}
