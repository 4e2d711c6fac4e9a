import { readingOfStatus, type BrokerExecution, type BrokerOrder, type WithText } from '@aitrader/adapter-alpaca-trading';
import {
  cash,
  ids,
  LOOK_AT_CLOSE,
  quantity,
  requestIdOf,
  runNamedBy,
  type AccountWord,
  type Report,
  type RequestId,
} from '@aitrader/model';
import { accountWordOf } from './account-word.ts';
import { activityReport, instantOf, symbolOf, tradeIdOf } from './broker-words.ts';
import type { GatewayDesk } from './gateway-desk.ts';
import type { HeardStream } from './heard-stream.ts';
import { isFinalKind, type ToldOrder } from './told-orders.ts';
import type { FoundTrade, ToldTrade } from './told-trades.ts';

/*
 * What the broker has, compared with what was told of it.
 *
 * 1. What is missing is told; a trade is told once, whoever tells of it first.
 * 2. No trade is made up, nor undone on one word: that one is gone is told when the activities and its order say so both.
 * 3. The word on the account comes after all that it follows from. It is looked at again when something happened in the meantime, and is
 *    not told while the stream is down: it would say that all is heard. At the close it is an account at rest: nothing at all happened.
 */

/** The broker's clock and ours may differ by so much. */
const APART_MS_MAX = 60_000;
/** Looks at an account that does not stand still. */
const LOOKS_MAX = 5;
const NO_FEE = cash(0);

/** Compares, tells what is missing, and then how the account stands. @throws BrokerError, GatewayClosedError */
export async function reconcile(desk: GatewayDesk, stream: HeardStream, why: string): Promise<void> {
  const { connection } = stream;
  for (let look = 1; ; look++) {
    desk.check();
    const heardOf = (): number => (why === LOOK_AT_CLOSE ? desk.heard : desk.trades.count);
    const before = heardOf();
    await desk.point('reconcile:before');
    const account = await readAccount(desk, why);
    await tellMissing(desk);
    if (stream.isConnected && !(await stream.settled())) desk.warn('no pong came while the account was looked at');
    await desk.point('reconcile:after');
    desk.check();
    const isStill = heardOf() === before;
    if (!isStill && look < LOOKS_MAX) continue;
    if (!isStill) desk.warn('the account does not stand still: what is told of it may lag behind its trades');
    const told = isStill || why !== LOOK_AT_CLOSE ? account : { ...account, word: 'no rest' };
    if (stream.isConnected && stream.connection === connection) desk.say(told);
    return;
  }
}

async function readAccount(desk: GatewayDesk, why: string): Promise<AccountWord> {
  const { broker } = desk;
  const [clock, account, positions, orders] = await Promise.all([
    broker.clock(),
    broker.account(),
    broker.positions(),
    broker.orders({ status: 'open' }),
  ]);
  const t = instantOf(clock.now) ?? desk.latest;
  return accountWordOf(
    { account, positions, orders },
    { t, word: why, requestOf: (order) => desk.namedBy(order) ?? ofAnotherRun(order) },
  );
}

/** The request that an order names by its client order id, where another run asked for it. */
const ofAnotherRun = ({ clientOrderId }: BrokerOrder): RequestId | null =>
  runNamedBy(clientOrderId) === null ? null : requestIdOf(clientOrderId);

/** What the broker has: orders by id, and the trades of the run. */
interface Found {
  readonly orders: Map<string, { readonly order: BrokerOrder; readonly raw: string }>;
  readonly executions: readonly WithText<BrokerExecution>[];
  /** what was told when it was read */
  readonly toldBefore: ReadonlySet<ToldTrade>;
  readonly kindsBefore: ReadonlyMap<string, ToldOrder['kind']>;
}

async function tellMissing(desk: GatewayDesk): Promise<void> {
  const since = desk.orders.since();
  if (since === undefined) return;
  const found = await read(desk, since);
  const missing = executionWords(desk, found);
  desk.say(...missing);
  const undone = await undoneWords(desk, found);
  desk.say(...undone);
  // what an order is now that trades of it read otherwise
  for (const { brokerId, wasAmended } of desk.orders.ours()) {
    if (!wasAmended || found.orders.has(brokerId)) continue;
    const order = await desk.broker.order(brokerId);
    if (order !== undefined) found.orders.set(brokerId, { order, raw: order.raw });
  }
  desk.say(...statusWords(desk, found));
}

async function read(desk: GatewayDesk, since: number): Promise<Found> {
  const toldBefore = new Set(desk.trades.all());
  const kindsBefore = new Map(desk.orders.ours().map(({ brokerId, kind }) => [brokerId, kind]));
  const orders = new Map<string, { readonly order: BrokerOrder; readonly raw: string }>();
  const add = (order: WithText<BrokerOrder>): void => {
    for (const one of [order, ...order.legs]) orders.set(one.id, { order: one, raw: order.raw });
  };
  for (const order of await desk.broker.orders({ status: 'open' })) add(order);
  const due = desk.orders.ours().filter(({ isFinal, wasAmended }) => !isFinal || wasAmended);
  const queue = due.map(({ brokerId }) => brokerId);
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (orders.has(id)) continue;
    const order = await desk.broker.order(id);
    if (order === undefined) desk.warn(`the broker knows nothing of its order ${id}`);
    else {
      add(order);
      if (order.replacedBy !== null) queue.push(order.replacedBy);
    }
  }
  const after = new Date(Math.max(0, since - APART_MS_MAX)).toISOString();
  return { orders, toldBefore, kindsBefore, executions: await desk.broker.executions(after) };
}

/** Trades that were not told of, and what reads otherwise than it was told. */
function executionWords(desk: GatewayDesk, { executions }: Found): readonly Report[] {
  const { trades, orders } = desk;
  const found = executions.flatMap((one) => {
    const [t, symbol] = [instantOf(one.at), symbolOf(one.symbol)];
    const of = orders.order(one.orderId);
    if (t === undefined || symbol === undefined || of === undefined || of.request === null) return [];
    const { quantity: size, price } = one;
    const trade: FoundTrade = { id: tradeIdOf(one), brokerId: one.orderId, t, source: 'activities', quantity: size, price };
    return [{ one, trade, t, symbol, request: orders.brokerIdOf(of.request) === one.orderId ? of.request : null }];
  });
  trades.compare(found.map(({ trade }) => trade));
  return found.flatMap(({ one, trade, t, symbol, request }) => {
    const told = trades.match(trade);
    if (told === undefined)
      return [activityReport(one, symbol, t, request, { kind: 'execution', id: ids.fill(trade.id), amends: null })];
    const reads = told.current;
    // what was undone stays so
    if (reads === null || (reads.quantity === trade.quantity && reads.price === trade.price)) return [];
    const id = ids.fill(`${told.id}~${told.amendments + 1}`);
    return [activityReport(one, symbol, t, request, { kind: 'correction', id, amends: told.id })];
  });
}

/** Trades that are gone: they are no activities any more, and their orders have filled so much less. */
async function undoneWords(desk: GatewayDesk, found: Found): Promise<readonly Report[]> {
  const listed = new Set(found.executions.map((one) => desk.trades.named(tradeIdOf(one))));
  const gone = [...found.toldBefore].filter((trade) => trade.current !== null && !listed.has(trade));
  const words: Report[] = [];
  for (const brokerId of new Set(gone.map((trade) => trade.brokerId))) {
    const told = desk.orders.order(brokerId);
    if (told?.request === null || told === undefined) continue;
    const before = [...found.toldBefore].filter((trade) => trade.brokerId === brokerId);
    const sum = before.reduce((filled, { current }) => filled + (current?.quantity ?? 0), 0);
    const order = await desk.broker.order(brokerId);
    if (order === undefined) continue;
    const ofOrder = gone.filter((trade) => trade.brokerId === brokerId);
    const missing = ofOrder.reduce((filled, { current }) => filled + (current?.quantity ?? 0), 0);
    if (sum - missing !== order.filled) continue;
    const root = desk.wordOn(order, order.raw);
    if (root === undefined) continue;
    for (const trade of ofOrder) if (trade.current !== null) words.push(bustWord(root, trade, trade.current));
  }
  return words;
}

const bustWord = (root: Report, trade: ToldTrade, { quantity: size, price }: NonNullable<ToldTrade['current']>): Report => ({
  ...root,
  kind: 'bust',
  execution: {
    id: ids.fill(`${trade.id}~${trade.amendments + 1}`),
    quantity: quantity(size),
    price,
    fee: NO_FEE,
    amends: trade.id,
  },
  word: 'gone',
});

/** What orders are by the broker's word, where it was not told. */
function statusWords(desk: GatewayDesk, { orders, kindsBefore }: Found): readonly Report[] {
  const words: Report[] = [];
  for (const { order, raw } of orders.values()) {
    const told = desk.orders.order(order.id) ?? successorOf(desk, order);
    if (told === undefined || told.request === null) continue;
    const kind = readingOfStatus(order.status);
    const isFinal = isFinalKind(kind);
    // the stream said something of it in the meantime: what was read is older, unless it is the end
    const isNewer = told.kind !== (kindsBefore.get(order.id) ?? null);
    const differs = isFinal ? !told.isFinal : !told.isFinal && !isNewer && told.kind !== kind;
    const isUnheard = order.filled > Math.max(desk.trades.filledOf(order.id), told.filled ?? 0);
    if (!differs && !isUnheard && !(told.wasAmended && !isNewer)) continue;
    const word = desk.wordOn(order, raw);
    if (word !== undefined) words.push(word);
  }
  return words;
}

/** An order that goes on in the place of one of ours, and that nobody told of. */
const successorOf = (desk: GatewayDesk, { replaces }: BrokerOrder): ToldOrder | undefined =>
  replaces === null ? undefined : desk.orders.order(replaces);
