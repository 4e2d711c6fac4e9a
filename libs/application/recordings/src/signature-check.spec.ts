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
  type Manifest,
  type Order,
} from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { newPrivateKey, signCommand, signerOf, signOrders, type Signer, type TrustedKeys } from '@aitrader/runtime-signing';
import { SignatureCheck, type SignatureVerdict } from './signature-check.ts';

const RUN = runId('paper-1');
const T = epochMs(Date.parse('2026-01-05T15:31:00Z'));
const [risk, ada, stranger] = ['risk', 'ada', 'stranger'].map((name) => signerOf(newPrivateKey(), name)) as [
  Signer,
  Signer,
  Signer,
];
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
const KEYS: TrustedKeys = { risk: [risk.publicKey], operators: new Map([['ada', [ada.publicKey]]]) };

const order = (n: number, shares = 10): Order => ({
  ...{ id: ids.order(`o.${n}`), t: T, symbol: ticker('AAA'), side: 'buy', quantity: quantityFromShares(shares) },
  ...{ type: 'market', timeInForce: 'day', reference: price(100_000), stop: price(90_000), target: price(120_000) },
  ...{ exitAt: epochMs(T + 3_600_000), signalId: ids.signal(`s.${n}`), gates: [] },
});

type Headers = Readonly<Record<string, string>>;
interface Stored {
  readonly subject: string;
  readonly text: string;
  readonly headers: Headers;
}
const ordersOf = (orders: readonly Order[], headers: Headers): Stored => ({
  subject: subjectOf(RUN, 'orders'),
  text: encodeOrders({ t: T, account: ACCOUNT, trips: [], orders: [...orders], exits: [], denials: [] }),
  headers,
});
const signed = (n: number, by = risk, about = MANIFEST): Stored =>
  ordersOf([order(n)], signOrders(by, { ...about, seq: n }, { orders: [order(n)], exits: [] }));
const command = (id: string, by: Signer, run: string = RUN): Stored => {
  const text = encodeControl(newControl('halt', T, 'ada', 'news'));
  return { subject: operatorSubject(RUN), text, headers: { 'Nats-Msg-Id': id, ...signCommand(by, run, id, text) } };
};

let problems: string[];
beforeEach(() => {
  problems = [];
});

function judge(messages: readonly Stored[], manifest: Manifest = MANIFEST): SignatureVerdict {
  const check = new SignatureCheck(manifest, KEYS, ({ seq }, problem) => void problems.push(`${seq} ${problem}`));
  messages.forEach(({ subject, text, headers }, i) => {
    check.offer({ seq: i + 2, subject, data: Buffer.from(text) }, (name) => headers[name] ?? '');
  });
  return check.finish();
}

describe('the signatures of a recording', () => {
  it('are counted by key, of orders and of commands, and a decision without orders needs none', () => {
    expect(judge([signed(1), ordersOf([], {}), command('c1', ada), signed(2)])).toEqual({
      checked: [
        { key: risk.publicKey, who: 'risk', orders: 2, commands: 0 },
        { key: ada.publicKey, who: 'ada', orders: 0, commands: 1 },
      ],
      ...{ unsigned: 0, unjudged: 0 },
    });
    expect(problems).toEqual([]);
  });

  it.each<[string, () => Stored, RegExp]>([
    ['by a key that is not risk’s', () => signed(1, stranger), /^3 is forged: signed by .*, which is no key of risk's here$/],
    [
      'of another run',
      () => signed(1, risk, { ...MANIFEST, run: runId('paper-2') }),
      /^3 is forged: the signature of o\.1 is not/,
    ],
    ['of another quantity', () => ordersOf([order(1, 11)], signed(1).headers), /^3 is forged: the signature of o\.1 is not/],
    [
      'of a command by another key',
      () => command('c1', stranger),
      /^3 is forged: halt of ada is signed by .*, which is no key of ada here$/,
    ],
    ['of a command of another run', () => command('c1', ada, 'paper-2'), /^3 is forged: the signature of halt of ada is not/],
    ['that was taken off an order', () => ordersOf([order(1)], {}), /^3 is not signed, and services act on nothing that is not$/],
    [
      'that was taken off a command',
      () => ({ ...command('c1', ada), headers: {} }),
      /^3 is not signed, and services act on nothing that is not$/,
    ],
  ])('%s are found out, by the message', (_, forged, problem) => {
    const { checked } = judge([signed(9), forged()]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
    expect(checked).toMatchObject([{ who: 'risk', orders: 1 }]);
  });

  it('are missed also where all of them are gone, of a run that services decided', () => {
    const bare = { ...command('c1', ada), headers: {} };
    expect(judge([ordersOf([order(1)], {}), bare])).toEqual({ checked: [], unsigned: 2, unjudged: 0 });
    expect(problems).toEqual([2, 3].map((seq) => `${seq} is not signed, and services act on nothing that is not`));
  });

  it('are missed in a run of before they had to be there, where others of it are signed', () => {
    const { text } = ordersOf([order(1)], {});
    const before = {
      subject: subjectOf(RUN, 'orders', undefined, 3),
      text: text.replace('"trips":[],', '').replace(',"exits":[]', ''),
      headers: {},
    };
    const inOneProcess = { ...MANIFEST, kind: 'backtest' } as const;
    judge([signed(9), ordersOf([order(1)], {})], inOneProcess);
    expect(problems).toEqual(['3 is not signed, and others of the run are']);
    problems = [];
    expect(judge([before])).toMatchObject({ unsigned: 1 });
    expect(problems).toEqual([]);
  });

  it('of a message that cannot be read are left to the comparison of its bytes', () => {
    expect(judge([signed(1), { ...signed(2), text: '{' }]).checked).toMatchObject([{ orders: 1 }]);
    expect(problems).toEqual([]);
  });

  it('are none of a run in one process, and cannot be judged where no key is trusted', () => {
    const inOneProcess = { ...MANIFEST, kind: 'backtest' } as const;
    expect(judge([ordersOf([order(1)], {})], inOneProcess)).toEqual({ checked: [], unsigned: 1, unjudged: 0 });
    const check = new SignatureCheck(MANIFEST, undefined, () => problems.push('told'));
    const { subject, text, headers } = signed(1, stranger);
    check.offer({ seq: 2, subject, data: Buffer.from(text) }, (name) => headers[name] ?? '');
    expect(check.finish()).toEqual({ checked: [], unsigned: 0, unjudged: 1 });
    expect(problems).toEqual([]);
  });
});
