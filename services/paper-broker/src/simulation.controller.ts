import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { badParameter, bustTrade, correctTrade, listAsset, priceIn, quantityIn, type Refusal } from '@aitrader/core-exchange';
import { CASH_PLACES, decimalOf, ticker, type EpochMs, type Price, type Quantity } from '@aitrader/model';
import { accountAnswer, assetAnswer, positionsAnswer } from './account-answer.ts';
import { BarPlayer, type Played } from './bar-player.ts';
import { BarStream } from './bar-stream.ts';
import { ExchangeHost } from './exchange-host.ts';
import { readTime, timeText } from './exchange-time.ts';
import { FaultBox } from './faults.ts';
import { orderAnswer, priceText, quantityText, type Json } from './order-answer.ts';
import { Refused } from './refused.ts';
import { parsed } from './request-body.ts';
import { actionsIn, advanceSchema, assetSchema, faultSchema, sliceOf } from './simulation-body.ts';
import { TradeStream } from './trade-stream.ts';

/** `/_sim`: what makes time pass, what goes wrong on purpose, and what the exchange knows. */
@Controller('_sim')
export class SimulationController {
  readonly #host: ExchangeHost;
  readonly #player: BarPlayer;
  readonly #faults: FaultBox;
  readonly #trades: TradeStream;
  readonly #bars: BarStream;

  constructor(host: ExchangeHost, player: BarPlayer, faults: FaultBox, trades: TradeStream, bars: BarStream) {
    this.#host = host;
    this.#player = player;
    this.#faults = faults;
    this.#trades = trades;
    this.#bars = bars;
  }

  @Post('advance')
  @HttpCode(200)
  async advance(@Body() body: unknown): Promise<Json> {
    const order = parsed(advanceSchema, body);
    let played: Played;
    if ('until' in order) played = await this.#player.play(Infinity, timeOf(order.until));
    else if ('intervals' in order) played = await this.#player.play(order.intervals, Infinity);
    else {
      const t = timeOf(order.t);
      played = { intervals: 1, updates: this.#host.advance(t, [sliceOf(t, order.timeframe, order.bars)]) };
    }
    return { now: timeText(this.#host.state.now), ...played };
  }

  @Post('fault')
  @HttpCode(200)
  fault(@Body() body: unknown): Json {
    const order = parsed(faultSchema, body);
    if (order.kind === 'bust') this.#host.ask((state, updates) => bustTrade(state, order.execution_id, updates));
    else if (order.kind === 'correct') {
      const as = { price: priceOf(order.price), quantity: order.qty === undefined ? undefined : quantityOf(order.qty) };
      this.#host.ask((state, updates) => correctTrade(state, order.execution_id, as, updates));
    } else if (order.kind === 'drop-socket') {
      if (order.stream !== 'bars') this.#trades.drop();
      if (order.stream !== 'trades') this.#bars.drop();
    } else if (order.kind === 'mute-socket') this.#trades.mute();
    else if (order.kind === 'pending-cancel') this.#host.state.delayed.cancel += order.count;
    else if (order.kind === 'pending-replace') this.#host.state.delayed.replace += order.count;
    else {
      const { count: left, ...fault } = order;
      this.#faults.add({ ...fault, left });
    }
    return { faults: this.#faults.list() };
  }

  @Delete('fault')
  clear(): Json {
    this.#faults.clear();
    this.#host.state.delayed.cancel = 0;
    this.#host.state.delayed.replace = 0;
    return { faults: [] };
  }

  @Post('actions')
  @HttpCode(200)
  tell(@Body() body: unknown): Json {
    this.#host.tellActions(actionsIn(body));
    return { waiting: this.#host.state.agenda.waiting.map(({ id }) => id) };
  }

  @Post('assets')
  @HttpCode(200)
  list(@Body() body: unknown): Json {
    const { symbol: name, easy_to_borrow: easyToBorrow, ...given } = parsed(assetSchema, body);
    const traits = Object.fromEntries(Object.entries({ ...given, easyToBorrow }).filter(([, value]) => value !== undefined));
    const symbol = ticker(name);
    listAsset(this.#host.state, symbol, traits);
    const asset = this.#host.state.assets.get(symbol);
    return asset === undefined ? {} : assetAnswer(asset);
  }

  /** All that there is: what tests hold a client's view against. */
  @Get('state')
  state(): Json {
    const { state } = this.#host;
    return {
      now: timeText(state.now),
      account: accountAnswer(state),
      positions: positionsAnswer(state),
      orders: [...state.orders.values()].map((order) => orderAnswer(state, order, false)),
      executions: state.executions.map((one) => ({
        id: one.id,
        order_id: one.orderId,
        kind: one.kind,
        amends: one.amends ?? null,
        t: timeText(one.t),
        symbol: one.symbol,
        side: one.side,
        qty: quantityText(one.quantity),
        price: priceText(one.price),
        fee: decimalOf(one.fee, CASH_PLACES),
        pessimistic: one.pessimistic,
      })),
      actions: state.agenda.waiting.map(({ id }) => id),
      faults: this.#faults.list(),
      streams: { trades: this.#trades.clients, bars: this.#bars.clients },
    };
  }
}

function timeOf(value: string | number): EpochMs {
  const t = readTime(value);
  if (t === undefined) throw new Refused(badParameter('invalid time'));
  return t;
}

function priceOf(text: string): Price {
  const found = priceIn('price', text);
  return typeof found === 'number' ? found : refuse(found);
}

function quantityOf(text: string): Quantity {
  const found = quantityIn(text);
  return typeof found === 'number' ? found : refuse(found);
}

function refuse(refusal: Refusal | undefined): never {
  throw new Refused(refusal ?? badParameter('invalid amount'));
}
