import { priceFromDollars, quantityFromShares, type Report } from '@aitrader/model';
import { exchangeEnvironment } from '../src/exchange-environment.ts';
import type { Asked, Replacing } from './broker-contract.ts';
import { TRIED_EXCHANGE } from './exchange-client.ts';
import { replace, submit } from './recorded-gateway.ts';

/*
 * What the tried brokers have in common: how a case's orders read as requests, and a market that adds nothing to its prices.
 */

/** Nothing is added to a price, and the whole of a bar's volume may be taken. */
export const { simulation: SIMULATION } = exchangeEnvironment(TRIED_EXCHANGE);

/** What opens a position has a limit that always trades, since a gateway wants to know what it is worth; its exits are out of reach. */
export const FAR = { buy: { limit: 1_000, stop: 1, target: 10_000 }, sell: { limit: 1, stop: 10_000, target: 1 } } as const;

/** An order as a request. */
export function submission({ id, side, shares, limit, closes, exits }: Asked): ReturnType<typeof submit> {
  return submit(id, {
    side,
    leg: closes === undefined ? 'entry' : 'time',
    quantity: quantityFromShares(shares),
    limit: priceFromDollars(limit ?? FAR[side].limit),
    ...(exits === undefined
      ? {}
      : { class: 'bracket', exits: { target: priceFromDollars(exits.target), stop: priceFromDollars(exits.stop) } }),
  });
}

/** Other terms for an order as a request. */
export const replacement = ({ id, about, shares, limit }: Replacing): ReturnType<typeof replace> =>
  replace(id, submission(about), quantityFromShares(shares), priceFromDollars(limit ?? FAR[about.side].limit));

/** The id of a request for the end of an order. */
export const endId = ({ id }: Asked): string => `end of ${id}`;

/** The broker's id that an order has by the last word on it: as the manager has it. */
export function lastOf(told: readonly Report[], id: string): string | null {
  let last = told.find(({ request, brokerId }) => request === id && brokerId !== null)?.brokerId ?? null;
  for (const { brokerId, successor } of told) if (brokerId === last && successor !== null) last = successor;
  return last;
}
