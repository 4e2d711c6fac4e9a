import type { Manifest, Order, OrderExit } from '@aitrader/model';

/*
 * What signatures stand for: texts that say the same whatever version a fact is written in, one field a line.
 *
 * 1. Two orders, or two commands, that differ in anything that matters have different statements.
 * 2. A statement names its run, so that it is worth nothing in another one.
 */

/** What an order was decided in. */
export interface DecidedIn extends Pick<Manifest, 'run' | 'config' | 'configHash'> {
  /** the sequence of the recording up to which all was known to risk */
  readonly seq: number;
}

/** Whose market and whose money an order is for. */
const modeOf = ({ config: { broker } }: Pick<Manifest, 'config'>): string =>
  broker === null ? 'simulated' : `${broker.name} ${broker.account}`;

/** What risk signs of an order: all that execution acts on. Prices in 1e-4 dollar, the quantity in 1e-9 share, instants in epoch ms. */
export const orderStatement = (decided: DecidedIn, order: Order): string =>
  [
    'aitrader order 1',
    `run ${decided.run}`,
    `mode ${modeOf(decided)}`,
    `configuration ${decided.configHash}`,
    `sequence ${decided.seq}`,
    `order ${order.id}`,
    `signal ${order.signalId}`,
    `decided ${order.t}`,
    `symbol ${order.symbol}`,
    `side ${order.side}`,
    `quantity ${order.quantity}`,
    `type ${order.type} ${order.timeInForce}`,
    `reference ${order.reference}`,
    `stop ${order.stop}`,
    `target ${order.target}`,
    `until ${order.exitAt}`,
    '',
  ].join('\n');

/** What risk signs of an order that is to be left. */
export const exitStatement = (decided: DecidedIn, { t, orderId, symbol, reason }: OrderExit): string =>
  [
    'aitrader exit 1',
    `run ${decided.run}`,
    `mode ${modeOf(decided)}`,
    `configuration ${decided.configHash}`,
    `sequence ${decided.seq}`,
    `order ${orderId}`,
    `decided ${t}`,
    `symbol ${symbol}`,
    `reason ${reason}`,
    '',
  ].join('\n');

/** What an operator signs of a command: its id, which is good once, and the message as it is recorded. */
export const commandStatement = (run: string, id: string, control: string): string =>
  ['aitrader command 1', `run ${run}`, `id ${id}`, control, ''].join('\n');
