import { beforeEach, describe, expect, it } from '@jest/globals';
import { encodeControl, encodeOrders, operatorSubject, subjectOf } from '@aitrader/contracts';
import {
  cash,
  epochMs,
  ids,
  newControl,
  price,
  quantityFromShares,
  runId,
  ticker,
  type Control,
  type Manifest,
  type Order,
  type OrderExit,
} from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { Admission, ForgedMessageError } from './admission.ts';
import { newPrivateKey, signerOf, type Signer } from './ed25519.ts';
import { SEQUENCE_HEADER, SIGNATURE_HEADER, signCommand, signOrders } from './signatures.ts';
import type { TrustedKeys } from './trusted-keys.ts';

const RUN = runId('paper-1');
const T = epochMs(Date.parse('2026-01-05T15:31:00Z'));
const MINUTE = 60_000;
const risk = signerOf(newPrivateKey(), 'risk');
const stranger = signerOf(newPrivateKey(), 'stranger');
const ada = signerOf(newPrivateKey(), 'ada');
const NO_CASH = cash(0);
const ACCOUNT = {
  ...{ cash: NO_CASH, equity: NO_CASH, gross: NO_CASH, reserved: NO_CASH, realised: NO_CASH, equityPeak: NO_CASH },
  drawdownPpm: 0,
  tradingState: 'active',
} as const;

const MANIFEST: Manifest = {
  ...{ run: RUN, kind: 'paper', createdAt: T, codeVersion: '1', codeHash: '', codeCommit: '', nodeVersion: 'v26' },
  ...{ shards: 1, timeframe: '1m', universe: [ticker('AAA')], config: SIMULATED_DEFAULTS, configHash: 'c0ffee', sources: [] },
  ...{ from: T, to: T, follows: null },
};

const orderAt = (n: number): Order => ({
  ...{
    id: ids.order(`o.${n}`),
    t: epochMs(T + n * MINUTE),
    symbol: ticker('AAA'),
    side: 'buy',
    quantity: quantityFromShares(10),
  },
  ...{ type: 'market', timeInForce: 'day', reference: price(100_000), stop: price(90_000), target: price(120_000) },
  ...{ exitAt: epochMs(T + 60 * MINUTE), signalId: ids.signal(`s.${n}`), gates: [] },
});

interface Message {
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}
const decisionMessage = (seq: number, orders: readonly Order[], headers: Message['headers'], t = orders[0]?.t ?? T): Message => ({
  seq,
  subject: subjectOf(RUN, 'orders'),
  data: Buffer.from(encodeOrders({ t, account: ACCOUNT, trips: [], orders: [...orders], exits: [], denials: [] })),
  headers,
});
const signedOrders = (seq: number, orders: readonly Order[], by: Signer = risk, about = MANIFEST): Message =>
  decisionMessage(seq, orders, signOrders(by, { ...about, seq: seq - 1 }, { orders, exits: [] }));

function commandMessage(seq: number, id: string, command: Control, by: Signer, run = RUN): Message {
  const text = encodeControl(command);
  const headers = { 'Nats-Msg-Id': id, ...signCommand(by, run, id, text) };
  return { seq, subject: operatorSubject(RUN), data: Buffer.from(text), headers };
}
const halt = (actor: string): Control => newControl('halt', T, actor, 'news');

let trusted: TrustedKeys;
let door: Admission;
beforeEach(() => {
  trusted = { risk: [risk.publicKey], operators: new Map([['ada', [ada.publicKey]]]) };
  door = new Admission(MANIFEST, () => trusted);
});
const admit = ({ seq, subject, data, headers }: Message, by: Admission = door): void =>
  by.admit({ seq, subject, data, header: (name) => headers[name] ?? '' });

describe('orders', () => {
  it("are let in with risk's signature under each, and decisions without any order as they are", () => {
    const two = [orderAt(1), { ...orderAt(1), id: ids.order('o.b') }];
    expect(() => admit(signedOrders(5, two))).not.toThrow();
    expect(() => admit(decisionMessage(6, [], {}, epochMs(T + 2 * MINUTE)))).not.toThrow();
  });

  it("are let be left with risk's signature under each, and by no other word", () => {
    const exit: OrderExit = { t: T, orderId: ids.order('o.1'), symbol: ticker('AAA'), reason: 'gone' };
    const message = (exits: readonly OrderExit[], signed: readonly OrderExit[], by: Signer | undefined): Message => ({
      ...{ seq: 5, subject: subjectOf(RUN, 'orders') },
      data: Buffer.from(encodeOrders({ t: T, account: ACCOUNT, trips: [], orders: [], exits: [...exits], denials: [] })),
      headers: by === undefined ? {} : signOrders(by, { ...MANIFEST, seq: 4 }, { orders: [], exits: signed }),
    });
    expect(() => admit(message([exit], [exit], risk))).not.toThrow();
    const anew = (): Admission => new Admission(MANIFEST, () => trusted);
    expect(() => admit(message([exit], [], undefined), anew())).toThrow(/o\.1 not signed/);
    expect(() => admit(message([exit], [exit], stranger), anew())).toThrow(/no key of risk's here/);
    expect(() => admit(message([exit, exit], [exit], risk), anew())).toThrow(/1 signatures for 2 orders and exits/);
    for (const other of [{ t: epochMs(T + 1) }, { orderId: ids.order('o.2') }, { symbol: ticker('BBB') }, { reason: 'other' }])
      expect(() => admit(message([{ ...exit, ...other }], [exit], risk), anew())).toThrow(/is not that of this order/);
  });

  it.each<[string, Message, RegExp]>([
    ['not signed', decisionMessage(5, [orderAt(1)], {}), /o\.1 not signed/],
    ['signed by a stranger', signedOrders(5, [orderAt(1)], stranger), /no key of risk's here/],
    ['signed by an operator', signedOrders(5, [orderAt(1)], ada), /no key of risk's here/],
    ['of another run', signedOrders(5, [orderAt(1)], risk, { ...MANIFEST, run: runId('paper-2') }), /is not that of this order/],
    ['of another configuration', signedOrders(5, [orderAt(1)], risk, { ...MANIFEST, configHash: 'b' }), /is not that of/],
    [
      'of another mode',
      signedOrders(5, [orderAt(1)], risk, {
        ...MANIFEST,
        config: { ...SIMULATED_DEFAULTS, broker: { name: 'alpaca', account: 'live' } as never },
      }),
      /is not that of/,
    ],
    [
      'with a signature too few',
      decisionMessage(
        5,
        [orderAt(1), orderAt(1)],
        signOrders(risk, { ...MANIFEST, seq: 4 }, { orders: [orderAt(1)], exits: [] }),
      ),
      /1 signatures for 2 orders/,
    ],
    [
      'of another sequence',
      decisionMessage(5, [orderAt(1)], {
        ...signOrders(risk, { ...MANIFEST, seq: 4 }, { orders: [orderAt(1)], exits: [] }),
        [SEQUENCE_HEADER]: '3',
      }),
      /is not that of/,
    ],
    ['signed by nothing', decisionMessage(5, [orderAt(1)], { [SIGNATURE_HEADER]: `${risk.publicKey}.` }), /is not that of/],
  ])('are stopped when they are %s', (_, message, why) => {
    const forged = { name: 'ForgedMessageError', seq: 5, subject: message.subject, message: expect.stringMatching(why) };
    expect(() => admit(message)).toThrow(expect.objectContaining(forged));
  });

  const changes: readonly Partial<Order>[] = [
    { id: ids.order('o.x') },
    { signalId: ids.signal('s.x') },
    { t: epochMs(T + 2 * MINUTE) },
    { symbol: ticker('BBB') },
    { side: 'sell' },
    { quantity: quantityFromShares(11) },
    { reference: price(100_001) },
    { stop: price(90_001) },
    { target: price(120_001) },
    { exitAt: epochMs(T + 61 * MINUTE) },
  ];
  it.each(changes)('are stopped when %j was put in place of what was signed', (change) => {
    const { headers } = signedOrders(5, [orderAt(1)]);
    expect(() => admit(decisionMessage(5, [{ ...orderAt(1), ...change }], headers))).toThrow(/is not that of this order/);
  });

  it('are good once, and may be read again', () => {
    const [one, two] = [signedOrders(5, [orderAt(1)]), signedOrders(9, [orderAt(2)])];
    admit(one);
    admit(two);
    expect(() => admit({ ...one, seq: 12 })).toThrow(/were there before/);
    expect(() => admit({ ...two, seq: 12 })).toThrow(/were there before/);
    const again = new Admission(MANIFEST, () => trusted);
    again.restore(structuredClone(door.snapshot()));
    admit(one, again);
    admit(two, again);
    expect(() => admit({ ...two, seq: 12 }, again)).toThrow(ForgedMessageError);
  });
});

describe('commands', () => {
  it("are let in with their actor's signature", () => {
    expect(() => admit(commandMessage(5, 'id-1', halt('ada'), ada))).not.toThrow();
  });

  it.each<[string, Message, RegExp]>([
    [
      'not signed',
      { ...commandMessage(5, 'id-1', halt('ada'), ada), headers: { 'Nats-Msg-Id': 'id-1' } },
      /halt of ada is not signed/,
    ],
    ["signed by another's key", commandMessage(5, 'id-1', halt('ada'), stranger), /no key of ada here/],
    ["signed by risk's key", commandMessage(5, 'id-1', halt('ada'), risk), /no key of ada here/],
    ['in the name of somebody else', commandMessage(5, 'id-1', halt('bob'), ada), /no key of bob here/],
    ['in the name of what every object has', commandMessage(5, 'id-1', halt('constructor'), ada), /no key of constructor here/],
    ['of another run', commandMessage(5, 'id-1', halt('ada'), ada, runId('paper-2')), /not that of this command and run/],
    [
      'changed',
      {
        ...commandMessage(5, 'id-1', halt('ada'), ada),
        data: Buffer.from(encodeControl(newControl('resume', T, 'ada', 'news'))),
      },
      /resume of ada is not that of this command/,
    ],
  ])('are stopped when they are %s', (_, message, why) => {
    expect(() => admit(message)).toThrow(why);
  });

  it('are good once, under whatever id', () => {
    const one = commandMessage(5, 'id-1', halt('ada'), ada);
    admit(one);
    admit(one);
    expect(() => admit({ ...one, seq: 6 })).toThrow(/was given before, by message 5/);
    expect(() => admit({ ...one, seq: 6, headers: { ...one.headers, 'Nats-Msg-Id': 'id-2' } })).toThrow(
      /not that of this command/,
    );
  });

  it('are let in by a key that is trusted while the run goes on', () => {
    const bob = signerOf(newPrivateKey(), 'bob');
    trusted = { ...trusted, operators: new Map([...trusted.operators, ['bob', [bob.publicKey]]]) };
    expect(() => admit(commandMessage(5, 'id-1', halt('bob'), bob))).not.toThrow();
  });
});

it('lets everything else pass', () => {
  const others = [...(['bars', 'states', 'signals'] as const).map((fact) => subjectOf(RUN, fact, 0)), subjectOf(RUN, 'control')];
  for (const subject of others) expect(() => admit({ seq: 1, subject, data: Buffer.from('{}'), headers: {} })).not.toThrow();
});
