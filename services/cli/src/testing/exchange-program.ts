import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { price, quantity, unitsOf, PRICE_PLACES, QUANTITY_PLACES, type Price, type Quantity, type Side } from '@aitrader/model';
import { ROOT } from './command-under-test.ts';

/** A trade as the exchange has it. */
export interface ExchangeTrade {
  readonly id: string;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
}

/** Decimals as the API says them; positions by symbol, signed. */
export interface ExchangeAccount {
  readonly cash: string;
  readonly positions: Readonly<Record<string, string>>;
  /** orders that are not over */
  readonly open: number;
}

/** A paper exchange as a program of its own, and what a test asks of it. */
export interface ExchangeProgram {
  readonly url: string;
  readonly fault: (fault: object) => Promise<void>;
  /** lets it live through the minute that closed at `t`, epoch ms */
  readonly advance: (t: number, bars: Readonly<Record<string, object>>) => Promise<void>;
  readonly trades: () => Promise<readonly ExchangeTrade[]>;
  /** what the account is, as the exchange has it */
  readonly account: () => Promise<ExchangeAccount>;
  /** of all orders that were asked for at the exchange, exits of groups apart */
  readonly clientOrderIds: () => Promise<readonly string[]>;
  readonly stop: () => void;
}

interface State {
  readonly account: { readonly cash: string };
  readonly positions: readonly { readonly symbol: string; readonly qty: string }[];
  readonly orders: readonly {
    readonly client_order_id: string;
    readonly order_class: string;
    readonly status: string;
    readonly legs?: unknown;
  }[];
  readonly executions: readonly {
    readonly id: string;
    readonly kind: string;
    readonly side: Side;
    readonly qty: string;
    readonly price: string;
  }[];
}

const OVER = ['filled', 'canceled', 'expired', 'rejected', 'replaced'];

/** Starts an exchange on a free port. @throws Error when it does not come up */
export async function startExchangeProgram(variables: Readonly<Record<string, string>>): Promise<ExchangeProgram> {
  const child = spawn(process.execPath, [path.join(ROOT, 'dist/paper-broker.js')], {
    env: { ...process.env, PAPER_EXCHANGE_PORT: '0', PAPER_EXCHANGE_RATE_LIMIT: '0', ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { url } = JSON.parse(line) as { readonly url: string };
  const state = async (): Promise<State> => (await fetch(`${url}/_sim/state`)).json() as Promise<State>;
  return {
    url,
    fault: async (fault) => {
      const { status } = await fetch(`${url}/_sim/fault`, { method: 'POST', body: JSON.stringify(fault) });
      if (status !== 200) throw new Error(`the exchange refuses ${JSON.stringify(fault)}: ${status}`);
    },
    advance: async (t, bars) => {
      const body = JSON.stringify({ t: new Date(t).toISOString(), bars });
      const response = await fetch(`${url}/_sim/advance`, { method: 'POST', body });
      if (response.status !== 200) throw new Error(`the exchange does not advance to ${t}: ${await response.text()}`);
    },
    account: async () => {
      const { account, positions, orders } = await state();
      return {
        cash: account.cash,
        positions: Object.fromEntries(positions.map(({ symbol, qty }) => [symbol, qty])),
        open: orders.filter(({ status }) => !OVER.includes(status)).length,
      };
    },
    trades: async () =>
      (await state()).executions.map(({ id, side, qty, price: at }) => ({
        id,
        side,
        quantity: quantity(numberIn(qty, QUANTITY_PLACES)),
        price: price(numberIn(at, PRICE_PLACES)),
      })),
    clientOrderIds: async () => (await state()).orders.map((order) => order.client_order_id),
    stop: () => void child.kill('SIGTERM'),
  };
}

function numberIn(text: string, places: number): number {
  const units = unitsOf(text, places);
  if (typeof units !== 'number') throw new Error(`${text} is no decimal`);
  return units;
}
