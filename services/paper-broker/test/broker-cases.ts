import { expect } from '@jest/globals';
import type { OrderRequest } from '@aitrader/model';
import { expectEnd, type Asked, type BrokerFault, type Expected, type TriedBroker } from './broker-contract.ts';

/*
 * The cases that every broker is tried with: long, short and through zero; fills in part; changes that come before, with and after a fill; what
 * is refused, lost, late or told again; trades that are undone or restated.
 */

type Step = (broker: TriedBroker) => Promise<unknown>;

const submit =
  (asked: Asked): Step =>
  (broker) =>
    broker.submit(asked);
const cancel =
  (about: Asked): Step =>
  (broker) =>
    broker.cancel(about);
/** Lets a minute pass in which so many shares trade at 100 dollars. */
const pass =
  (shares = 1_000_000): Step =>
  (broker) =>
    broker.pass([100, 100, 100, 100, shares]);
const fault =
  (given: BrokerFault): Step =>
  (broker) =>
    broker.fault(given);
const settle: Step = (broker) => broker.settle();
const orders =
  (expected: readonly (readonly [id: string, replaces: string | null])[]): Step =>
  async (broker) =>
    expect((await broker.books()).orders.map(({ id, replaces }) => [id, replaces])).toEqual(expected);
/** Of all that could be spent so much is held. */
const held =
  (all: number, dollars: number): Step =>
  async (broker) =>
    expect(all - (await broker.buyingPower())).toBe(dollars);

/** A case: its steps, how it ends for each order, and what else must be so then. */
const plays =
  (steps: readonly Step[], ends: Expected, ...then: readonly Step[]) =>
  async (broker: TriedBroker): Promise<void> => {
    for (const step of steps) await step(broker);
    await expectEnd(broker, ends);
    for (const step of then) await step(broker);
  };

const BUY: Asked = { id: 'b1', side: 'buy', shares: 10 };
const SELL: Asked = { id: 's1', side: 'sell', shares: 10, closes: 'b1' };
const THROUGH: Asked = { ...SELL, shares: 20 };
const SHORT: Asked = { id: 's2', side: 'sell', shares: 10 };
const COVER: Asked = { id: 'b2', side: 'buy', shares: 10, closes: 's2' };
const CHEAP: Asked = { ...BUY, limit: 50 };
const SENSELESS: Asked = { ...BUY, exits: { target: 90, stop: 110 } };
/** Replaces the first order by one of so many shares in all. */
const replace =
  (shares: number): Step =>
  (broker) =>
    broker.replace({ id: 'r1', about: BUY, shares });
const reprice =
  (id: string, shares: number): Step =>
  (broker) =>
    broker.replace({ id, about: CHEAP, shares, limit: 60 });

const bought = [submit(BUY), pass()];
const sold = [submit(SELL), pass()];
const soldShort = [submit(SHORT), pass()];
const cancelLater = fault({ kind: 'cancel-later' });
const replaceLater = fault({ kind: 'replace-later' });
const replyLost = (of: OrderRequest['kind']): Step => fault({ kind: 'reply-lost', of });
const bust = fault({ kind: 'bust' });
const correct = fault({ kind: 'correct', shares: 7, price: 100.5 });

const ONE_ORDER = orders([['b1', null]]);
const CHAIN = orders([
  ['b1', null],
  ['r1', 'b1'],
]);
/** What the request for other terms was answered. */
const answered =
  (kind: 'pending' | 'refused'): Step =>
  (broker) => {
    expect(broker.told().filter(({ request }) => request === 'r1')).toMatchObject([{ kind }]);
    return Promise.resolve();
  };
const refusedChange = answered('refused');
const takenChange = answered('pending');
/** What was in doubt, since a trade of it was amended, is said to be filled and over. */
const saidToBeFilled: Step = (broker) => {
  expect(broker.told().at(-1)).toMatchObject({ kind: 'filled', open: 0 });
  return Promise.resolve();
};
const inThreeParts: Step = (broker) => {
  expect(broker.told().filter(({ kind }) => kind === 'execution').length).toBe(3);
  return Promise.resolve();
};

/** The larger of two orders is held of the buying power while one replaces the other. */
async function holdsTheLarger(broker: TriedBroker): Promise<void> {
  const all = await broker.buyingPower();
  const raised = [submit(CHEAP), held(all, 500), replaceLater, reprice('r1', 20), held(all, 1_200), pass(), held(all, 1_200)];
  const lowered = [replaceLater, reprice('r2', 5), held(all, 1_200), pass(), held(all, 300)];
  await plays([...raised, ...lowered, cancel(CHEAP)], [[CHEAP, 0, 'canceled']], held(all, 0))(broker);
}

const BOUGHT: Expected[number] = [BUY, 10, 'filled'];
const SOLD: Expected[number] = [SELL, 10, 'filled'];
const SOLD_SHORT: Expected[number] = [SHORT, 10, 'filled'];

/** By what each is called. */
export const BROKER_CASES = {
  'long from zero': plays(bought, [BOUGHT]),
  close: plays([...bought, ...sold], [BOUGHT, SOLD]),
  'short from zero': plays(soldShort, [SOLD_SHORT]),
  cover: plays([...soldShort, submit(COVER), pass()], [SOLD_SHORT, [COVER, 10, 'filled']]),
  'flip: out of a long position, and short': plays([...bought, ...sold, ...soldShort], [BOUGHT, SOLD, SOLD_SHORT]),
  'one order through zero: refused': plays([...bought, submit(THROUGH), pass()], [BOUGHT, [THROUGH, 0, 'refused']]),
  'fills in part': plays([submit(BUY), pass(4), pass(3), pass(100)], [BOUGHT], inThreeParts),
  'refused: a stop beyond the target': plays([submit(SENSELESS), pass()], [[SENSELESS, 0, 'refused']]),

  'called off before it trades': plays([submit(BUY), cancel(BUY), pass()], [[BUY, 0, 'canceled']]),
  'called off when it has filled in part': plays([submit(BUY), pass(4), cancel(BUY), pass()], [[BUY, 4, 'canceled']]),
  'called off when it has filled': plays([...bought, cancel(BUY)], [BOUGHT]),
  'called off while it fills': plays([cancelLater, submit(BUY), cancel(BUY), pass()], [BOUGHT]),
  'called off while it fills in part': plays([cancelLater, submit(BUY), cancel(BUY), pass(4)], [[BUY, 4, 'canceled']]),

  'replaced, with the ids of both': plays([submit(BUY), replace(20), pass()], [[BUY, 20, 'filled']], takenChange, CHAIN),
  'replaced when it has filled in part: what has filled counts': plays(
    [submit(BUY), pass(4), replace(6), pass()],
    [[BUY, 6, 'filled']],
    CHAIN,
  ),
  'replaced by no more than has filled: refused': plays(
    [submit(BUY), pass(4), replace(4), pass()],
    [BOUGHT],
    refusedChange,
    ONE_ORDER,
  ),
  'replaced when it has filled: refused': plays([...bought, replace(20), pass()], [BOUGHT], refusedChange, ONE_ORDER),
  'replaced while it fills': plays([replaceLater, submit(BUY), replace(20), pass(), pass()], [BOUGHT], ONE_ORDER),
  'replaced while it fills in part: the rest of the whole': plays(
    [replaceLater, submit(BUY), replace(20), pass(4), pass()],
    [[BUY, 20, 'filled']],
    CHAIN,
  ),
  'replaced while it fills as far as it was to: the old one goes on': plays(
    [replaceLater, submit(BUY), replace(4), pass(4), pass()],
    [BOUGHT],
    ONE_ORDER,
  ),
  'called off when it was replaced': plays(
    [submit(BUY), replace(20), pass(4), cancel(BUY), pass()],
    [[BUY, 4, 'canceled']],
    CHAIN,
  ),
  'replaced: the larger of the two is held of the buying power': holdsTheLarger,

  'accepted, and the answer is lost: looked up': plays([replyLost('submit'), ...bought], [BOUGHT], ONE_ORDER),
  'called off, and the answer is lost': plays([submit(BUY), replyLost('cancel'), cancel(BUY), pass()], [[BUY, 0, 'canceled']]),
  'replaced, and the answer is lost': plays(
    [submit(BUY), replyLost('replace'), replace(20), pass()],
    [[BUY, 20, 'filled']],
    takenChange,
    CHAIN,
  ),
  'replaced, and nobody tells of it': plays(
    [submit(BUY), fault({ kind: 'update-lost', of: 'replaced' }), replace(20), pass()],
    [[BUY, 20, 'filled']],
    CHAIN,
  ),
  'a trade that nobody tells of': plays([fault({ kind: 'update-lost', of: 'fill' }), ...bought], [BOUGHT]),
  'a trade that is told twice': plays([fault({ kind: 'update-twice', of: 'fill' }), ...bought], [BOUGHT]),
  'a trade that is told late, after it was found': plays(
    [fault({ kind: 'update-late', of: 'fill' }), ...bought, settle],
    [BOUGHT],
  ),
  'trades while nobody is connected': plays(
    [submit(BUY), pass(4), fault({ kind: 'connection-lost' }), pass(3), settle, pass()],
    [BOUGHT],
    inThreeParts,
  ),

  'a bust': plays([...bought, bust], [[BUY, 0, 'filled']]),
  'a correction': plays([...bought, correct], [[BUY, 7, 'filled']]),
  'a correction, and then a bust': plays([...bought, correct, bust], [[BUY, 0, 'filled']]),
  'a bust that nobody tells of': plays(
    [...bought, settle, fault({ kind: 'update-lost', of: 'trade_bust' }), bust],
    [[BUY, 0, 'filled']],
    saidToBeFilled,
  ),
  'a correction that nobody tells of': plays(
    [...bought, settle, fault({ kind: 'update-lost', of: 'trade_correct' }), correct],
    [[BUY, 7, 'filled']],
    saidToBeFilled,
  ),
} as const satisfies Readonly<Record<string, Step>>;

export type BrokerCase = keyof typeof BROKER_CASES;
