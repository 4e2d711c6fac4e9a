/**
 * One suite for whoever trades our orders: the simulated broker, the exchange in one process, and the same exchange behind gateway, adapter, HTTP
 * and WebSocket. What one of them does not have is said here, with the reason; it is tried all the same, and must be refused as not offered.
 */
import { describe, expect, it } from '@jest/globals';
import { BROKER_CASES, type BrokerCase } from '../test/broker-cases.ts';
import { NotOfferedError, type TriedBroker } from '../test/broker-contract.ts';
import { exchangeInProcess } from '../test/exchange-in-process.ts';
import { gatewayOverHttp } from '../test/gateway-over-http.ts';
import { simulatedInProcess } from '../test/simulated-in-process.ts';

type Cannot = Readonly<Partial<Record<BrokerCase, string>>>;

const NO_WIRE = 'the call is the answer: there is no reply, no update and no connection to lose';
const overAWire: Cannot = {
  'accepted, and the answer is lost: looked up': NO_WIRE,
  'called off, and the answer is lost': NO_WIRE,
  'replaced, and the answer is lost': NO_WIRE,
  'a trade that nobody tells of': NO_WIRE,
  'a trade that is told twice': NO_WIRE,
  'a trade that is told late, after it was found': NO_WIRE,
  'trades while nobody is connected': NO_WIRE,
  'replaced, and nobody tells of it': NO_WIRE,
  'a bust that nobody tells of': NO_WIRE,
  'a correction that nobody tells of': NO_WIRE,
};
const NO_REPLACING = 'an order is what it was approved as: it knows no other terms';
const AT_ONCE = 'a cancel is in force at once: it cannot meet a fill';
const NO_ACCOUNT = 'it has no account: nothing limits what is bought but who asks';
const NO_AMENDING = 'what a bar has traded stands';

const BROKERS: readonly { readonly name: string; readonly open: () => Promise<TriedBroker>; readonly cannot: Cannot }[] = [
  {
    name: 'the simulated broker',
    open: simulatedInProcess,
    cannot: {
      ...overAWire,
      'one order through zero: refused': 'it closes what an order holds, and nothing else',
      'called off while it fills': AT_ONCE,
      'called off while it fills in part': AT_ONCE,
      'replaced, with the ids of both': NO_REPLACING,
      'replaced when it has filled in part: what has filled counts': NO_REPLACING,
      'replaced by no more than has filled: refused': NO_REPLACING,
      'replaced when it has filled: refused': NO_REPLACING,
      'replaced while it fills': NO_REPLACING,
      'replaced while it fills in part: the rest of the whole': NO_REPLACING,
      'replaced while it fills as far as it was to: the old one goes on': NO_REPLACING,
      'called off when it was replaced': NO_REPLACING,
      'replaced: the larger of the two is held of the buying power': NO_ACCOUNT,
      'a bust': NO_AMENDING,
      'a correction': NO_AMENDING,
      'a correction, and then a bust': NO_AMENDING,
    },
  },
  { name: 'the exchange in one process', open: exchangeInProcess, cannot: overAWire },
  { name: 'gateway and adapter, over HTTP and WebSocket', open: gatewayOverHttp, cannot: {} },
];

describe.each(BROKERS)('$name', ({ open, cannot }) => {
  const names = Object.keys(BROKER_CASES) as BrokerCase[];
  const tryOut = async (name: BrokerCase): Promise<void> => {
    const broker = await open();
    try {
      await BROKER_CASES[name](broker);
    } finally {
      await broker.close();
    }
  };
  it.each(names.filter((name) => cannot[name] === undefined))('%s', async (name) => {
    await expect(tryOut(name)).resolves.toBeUndefined();
  });

  const missing = names.flatMap((name) => (cannot[name] === undefined ? [] : [[name, cannot[name]] as const]));
  if (missing.length > 0)
    it.each(missing)('does not have: %s (%s)', async (name) => {
      await expect(tryOut(name)).rejects.toThrow(NotOfferedError);
    });
});
