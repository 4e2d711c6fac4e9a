import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  badParameter,
  cancelAll,
  cancelOrder,
  notFound,
  placeOrder,
  replaceOrder,
  type ExchangeOrder,
} from '@aitrader/core-exchange';
import { ExchangeHost } from './exchange-host.ts';
import { orderAnswer, type Json } from './order-answer.ts';
import { listOrders, type OrdersQuery } from './orders-query.ts';
import { Refused } from './refused.ts';
import { orderRequest, replaceRequest } from './request-body.ts';

/** `/v2/orders`. The address of the look-up by client order id is rewritten, see the application. */
@Controller('v2')
export class OrdersController {
  readonly #host: ExchangeHost;

  constructor(host: ExchangeHost) {
    this.#host = host;
  }

  @Post('orders')
  @HttpCode(200)
  place(@Body() body: unknown): Json {
    const request = orderRequest(body);
    return this.#told(this.#host.ask((state, updates) => placeOrder(state, request, updates)));
  }

  @Get('orders')
  list(@Query() query: OrdersQuery): Json[] {
    return listOrders(this.#host.state, query);
  }

  @Delete('orders')
  @HttpCode(207)
  cancelAll(): Json[] {
    const { state } = this.#host;
    return this.#host.ask(cancelAll).map(({ id, status }) => {
      const order = state.orders.get(id);
      return { id, status, ...(order === undefined ? {} : { body: orderAnswer(state, order) }) };
    });
  }

  @Get('orders-by-client-order-id')
  byClientOrderId(@Query('client_order_id') clientOrderId?: string, @Query('nested') nested?: string): Json {
    if (clientOrderId === undefined || clientOrderId === '') throw new Refused(badParameter('client_order_id is required'));
    const id = this.#host.state.byClientId.get(clientOrderId);
    return this.#found(id, clientOrderId, nested);
  }

  @Get('orders/:id')
  one(@Param('id') id: string, @Query('nested') nested?: string): Json {
    return this.#found(id, id, nested);
  }

  @Patch('orders/:id')
  replace(@Param('id') id: string, @Body() body: unknown): Json {
    const request = replaceRequest(body);
    return this.#told(this.#host.ask((state, updates) => replaceOrder(state, id, request, updates)));
  }

  @Delete('orders/:id')
  @HttpCode(204)
  cancel(@Param('id') id: string): void {
    this.#host.ask((state, updates) => cancelOrder(state, id, updates));
  }

  #found(id: string | undefined, asked: string, nested = 'true'): Json {
    const order = id === undefined ? undefined : this.#host.state.orders.get(id);
    if (order === undefined) throw new Refused(notFound(`order not found for ${asked}`));
    return orderAnswer(this.#host.state, order, nested !== 'false');
  }

  #told(order: ExchangeOrder): Json {
    return orderAnswer(this.#host.state, order);
  }
}
