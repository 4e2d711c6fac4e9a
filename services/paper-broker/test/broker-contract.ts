import { expect } from '@jest/globals';
import { QUANTITY_UNITS_PER_SHARE, type OrderRequest, type Report, type ReportKind, type Side } from '@aitrader/model';
import type { Bar } from './exchange-client.ts';

/*
 * What the order manager relies on in whoever trades, wherever he is: the port that the cases of `broker-cases.ts` are written against, and
 * how each of them ends.
 */

/** An order that is asked for: at the market unless there is a limit, in dollars. */
export interface Asked {
  readonly id: string;
  readonly side: Side;
  readonly shares: number;
  readonly limit?: number;
  /** the order that it closes the position of; else it opens one */
  readonly closes?: string;
  /** prices of exits that are attached to it, in dollars */
  readonly exits?: { readonly target: number; readonly stop: number };
}

/** What a replacement asks for: so many shares in all, those that have filled among them. */
export interface Replacing {
  readonly id: string;
  readonly about: Asked;
  readonly shares: number;
  readonly limit?: number;
}

/** What goes wrong next. `reply-lost`: of the next request of a kind, which is performed. */
export type BrokerFault =
  | { readonly kind: 'update-lost' | 'update-twice' | 'update-late'; readonly of: string }
  | { readonly kind: 'reply-lost'; readonly of: OrderRequest['kind'] }
  | { readonly kind: 'connection-lost' | 'cancel-later' | 'replace-later' }
  | { readonly kind: 'bust' }
  | { readonly kind: 'correct'; readonly shares: number; readonly price: number };

/** A broker by its own books. */
export interface Books {
  /** signed, in shares */
  readonly position: number;
  /** orders that may still trade */
  readonly open: number;
  /** the orders that it keeps, by the ids that they were asked for under; those that replace another name it */
  readonly orders: readonly { readonly id: string; readonly replaces: string | null }[];
}

/** A broker to try. Whatever is asked resolves when it is known what became of the request. */
export interface TriedBroker {
  readonly submit: (asked: Asked) => Promise<void>;
  readonly cancel: (about: Asked) => Promise<void>;
  readonly replace: (change: Replacing) => Promise<void>;
  /** Lets a minute pass with a bar. */
  readonly pass: (bar: Bar) => Promise<void>;
  readonly fault: (fault: BrokerFault) => Promise<void>;
  /** Resolves when all is told that there is to tell. */
  readonly settle: () => Promise<void>;
  readonly told: () => readonly Report[];
  readonly books: () => Promise<Books>;
  /** Dollars that may still be spent. */
  readonly buyingPower: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Thrown by a broker that has no such thing. */
export class NotOfferedError extends Error {
  override readonly name = 'NotOfferedError';
}

export const notOffered = (what: string): Promise<never> => Promise.reject(new NotOfferedError(what));

/** How it ends for an order, whoever refuses it. `none`: nothing that ends it was told. */
type End = 'filled' | 'canceled' | 'refused' | 'none';

const REFUSALS: ReadonlySet<ReportKind> = new Set<ReportKind>(['refused', 'rejected', 'not-found']);

/** What was told of an order: under its id, and under those of the orders that replaced it. */
function wordsOn(told: readonly Report[], id: string): readonly Report[] {
  const ids = new Set<string | null>(told.flatMap(({ request, brokerId }) => (request === id ? [brokerId] : [])));
  ids.delete(null);
  for (let before = -1; before < ids.size;) {
    before = ids.size;
    for (const { brokerId, successor } of told) if (ids.has(brokerId) && successor !== null) ids.add(successor);
  }
  // what answers a request for an end or for other terms names that request
  return told.filter(({ request, brokerId }) => request === id || (request === null && ids.has(brokerId)));
}

/** Shares of an order that traded, as its trades read in the end. @throws Error on a trade that is told twice, or an amendment of nothing */
function filledIn(words: readonly Report[]): number {
  const reads = new Map<string, number>();
  const first = new Map<string, string>();
  for (const { kind, execution } of words) {
    if (execution === null) continue;
    const name = execution.amends === null ? execution.id : first.get(execution.amends);
    if (name === undefined) throw new Error(`an amendment of nothing: ${execution.id}`);
    if (first.has(execution.id)) throw new Error(`told twice: ${execution.id}`);
    first.set(execution.id, name);
    reads.set(name, kind === 'bust' ? 0 : execution.quantity / QUANTITY_UNITS_PER_SHARE);
  }
  return [...reads.values()].reduce((sum, shares) => sum + shares, 0);
}

function endOf(words: readonly Report[]): End {
  // what was refused is not there: nobody may say so of an order that is
  if (words.some(({ kind }) => REFUSALS.has(kind))) return 'refused';
  const ends = words.flatMap(({ kind, open }): readonly End[] => {
    if (kind === 'filled' || (kind === 'execution' && open === 0)) return ['filled'];
    return kind === 'canceled' ? [kind] : [];
  });
  return ends.at(-1) ?? 'none';
}

/** What is expected of each order: how much of it fills in all, and what ends it. */
export type Expected = readonly (readonly [Asked, shares: number, End])[];

/**
 * Holds a broker against what the manager would rely on: each trade told once, positions by what was told the same as by the broker's own
 * books, every order over by a word that says how, and nothing at work any more.
 */
export async function expectEnd(broker: TriedBroker, expected: Expected): Promise<void> {
  await broker.settle();
  const told = broker.told();
  const ended = expected.map(([{ id }]) => {
    const words = wordsOn(told, id);
    return [id, filledIn(words), endOf(words)];
  });
  expect(ended).toEqual(expected.map(([{ id }, shares, end]) => [id, shares, end]));
  const position = expected.reduce((sum, [{ side }, shares]) => sum + (side === 'buy' ? shares : -shares), 0);
  const { open, position: held } = await broker.books();
  expect({ position: held, open }).toEqual({ position, open: 0 });
}
