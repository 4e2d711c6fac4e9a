import { Inject, Injectable } from '@nestjs/common';
import { epochMs, ticker, type BarSlice, type CorporateAction, type EpochMs, type Ticker } from '@aitrader/model';
import {
  accountFigures,
  advance,
  badParameter,
  derivedId,
  isRefusal,
  listAsset,
  newExchange,
  tellActions,
  type ExchangeState,
  type Refusal,
  type TradeUpdate,
} from '@aitrader/core-exchange';
import { CorporateActionError } from '@aitrader/core-market';
import { ENVIRONMENT } from './exchange-tokens.ts';
import type { ExchangeEnvironment } from './exchange-environment.ts';
import { updateMessage, type Json } from './order-answer.ts';
import { Refused } from './refused.ts';

/** One message of `trade_updates`, before it is put into a frame. */
export interface SaidUpdate {
  readonly event: string;
  readonly symbol: string;
  readonly message: Json;
}

const MINUTE_MS = 60_000;

/** The exchange in this process: its state, who asks something of it, and who hears what becomes of it. */
@Injectable()
export class ExchangeHost {
  readonly state: ExchangeState;
  readonly #isOpenedByBars: boolean;
  #isOpened = false;
  readonly #listeners = new Set<(said: readonly SaidUpdate[]) => void>();
  readonly #barListeners = new Set<(bars: readonly BarSlice[]) => void>();

  constructor(@Inject(ENVIRONMENT) environment: ExchangeEnvironment) {
    const { seed, cash, simulation, rules, symbols, openedAt = Date.now(), from = openedAt } = environment;
    this.state = newExchange({ seed, cash, simulation, rules, from: epochMs(from) });
    this.#isOpenedByBars = environment.from === undefined;
    for (const symbol of symbols) listAsset(this.state, ticker(symbol));
  }

  /** Asks something of the exchange, and says what came of it to whoever listens. @throws Refused */
  ask<Answer extends object | undefined>(
    question: (state: ExchangeState, updates: TradeUpdate[]) => Answer | Refusal,
  ): Exclude<Answer, Refusal> {
    const updates: TradeUpdate[] = [];
    const answer = question(this.state, updates);
    this.#say(updates);
    if (answer !== undefined && isRefusal(answer)) throw new Refused(answer);
    return answer as Exclude<Answer, Refusal>;
  }

  /** Lives through an interval; returns how many updates came of it. @throws TimeOrderError, CalendarRangeError */
  advance(t: EpochMs, bars: readonly BarSlice[]): number {
    this.openAt(epochMs(t - MINUTE_MS));
    for (const { symbols, count } of bars) this.#list(symbols.slice(0, count));
    const updates: TradeUpdate[] = [];
    advance(this.state, t, bars, updates);
    for (const listener of this.#barListeners) listener(bars);
    this.#say(updates);
    return updates.length;
  }

  /** Is told of corporate actions, before they come into force. @throws Refused for one that would have been in force already */
  tellActions(actions: readonly CorporateAction[]): void {
    try {
      tellActions(this.state, actions);
    } catch (error) {
      if (error instanceof CorporateActionError) throw new Refused(badParameter(error.message));
      throw error;
    }
  }

  /** What has bars is listed. */
  #list(symbols: readonly Ticker[]): void {
    for (const symbol of symbols) if (!this.state.assets.has(symbol)) listAsset(this.state, symbol);
  }

  /** The account is opened just before the first bars, unless it was told when, or time has passed already. */
  openAt(first: EpochMs): void {
    if (!this.#isOpenedByBars || this.#isOpened) return;
    this.#isOpened = true;
    if (this.state.numbered.order === 0) this.state.now = epochMs(first - 1);
  }

  onUpdates(listener: (said: readonly SaidUpdate[]) => void): void {
    this.#listeners.add(listener);
  }

  onBars(listener: (bars: readonly BarSlice[]) => void): void {
    this.#barListeners.add(listener);
  }

  get figures(): ReturnType<typeof accountFigures> {
    return accountFigures(this.state);
  }

  #say(updates: readonly TradeUpdate[]): void {
    if (updates.length === 0) return;
    const said = updates.map((update) => this.#said(update));
    for (const listener of this.#listeners) listener(said);
  }

  #said(update: TradeUpdate): SaidUpdate {
    const executionId = derivedId(this.state.config.seed, 'event', update.n);
    const message = updateMessage(this.state, update, executionId, eventIdOf(update.n));
    return { event: update.kind, symbol: update.order.symbol, message };
  }
}

const EVENT_ID_LENGTH = 26;
/** In the shape of a ULID, and in the order of events. */
const eventIdOf = (n: number): string => n.toString(32).toUpperCase().padStart(EVENT_ID_LENGTH, '0');
