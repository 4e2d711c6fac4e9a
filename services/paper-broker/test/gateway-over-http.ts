import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderRequest } from '@aitrader/model';
import type { Asked, BrokerFault, TriedBroker } from './broker-contract.ts';
import { ExchangeClient, textOf, type Loose } from './exchange-client.ts';
import { cancel, RecordedGateway } from './recorded-gateway.ts';
import { endId, lastOf, replacement, submission } from './tried-requests.ts';

const METHODS: Readonly<Record<OrderRequest['kind'], string>> = { submit: 'POST', cancel: 'DELETE', replace: 'PATCH' };
const FAULTS: Readonly<Record<string, string>> = {
  'reply-lost': 'drop-reply',
  'update-lost': 'missing-update',
  'update-twice': 'duplicate-update',
  'update-late': 'late-update',
  'connection-lost': 'drop-socket',
  'cancel-later': 'pending-cancel',
  'replace-later': 'pending-replace',
};
const LATE_MS = 30;

/** The gateway and the adapter for Alpaca, over HTTP and a WebSocket. */
export async function gatewayOverHttp(): Promise<TriedBroker> {
  const exchange = await ExchangeClient.start();
  const run = new RecordedGateway(exchange);
  await exchange.minute({ AAPL: [100, 100, 100, 100] });
  await run.resume();
  const asked = async (request: OrderRequest): Promise<void> => {
    run.ask(request);
    await run.answered(request.id);
  };
  const settle = async (): Promise<void> => {
    await sleep(2 * LATE_MS);
    await run.until(() => run.gateway.status.waiting === 0 && run.gateway.status.isOpen);
    // an amendment is followed by a look at its order
    for (const _ of [1, 2]) await run.gateway.reconcile('asked');
  };
  const state = (): Promise<Loose> => exchange.get('/_sim/state');
  return {
    submit: (order) => asked(submission(order)),
    cancel: async (about) => asked(cancel(endId(about), submission(about), { brokerId: await wordOn(about) })),
    replace: async (change) => asked({ ...replacement(change), brokerId: await wordOn(change.about) }),
    pass: async (bar) => void (await exchange.minute({ AAPL: bar })),
    fault: async (fault) => {
      const answer = await exchange.fault(await faultOf(fault, state));
      if (answer.status >= 300) throw new Error(textOf(answer.body));
    },
    settle,
    told: () => run.told,
    books: async () => {
      const { orders, positions } = await state();
      const all = Object.values(orders ?? {});
      const names = new Map(all.map((order) => [textOf(order['id']), textOf(order['client_order_id'])]));
      const isOver = (order: Loose): boolean => /^(filled|canceled|expired|replaced)$/.test(textOf(order['status']));
      return {
        position: Number(Object.values(positions ?? {})[0]?.['qty'] ?? 0),
        open: all.filter((order) => !isOver(order)).length,
        orders: all.map((order) => ({
          id: textOf(order['client_order_id']),
          replaces: names.get(textOf(order['replaces'])) ?? null,
        })),
      };
    },
    buyingPower: async () => Number((await state())['account']?.['buying_power']),
    close: async () => {
      await run.close();
      await exchange.stop();
    },
  };

  /** What the manager has heard by now of an order's id; what was replaced without a word goes under another one by the next look. */
  async function wordOn({ id }: Asked): Promise<string | null> {
    await run.gateway.reconcile('asked');
    return lastOf(run.told, id);
  }
}

async function faultOf(fault: BrokerFault, state: () => Promise<Loose>): Promise<object> {
  if (fault.kind === 'bust' || fault.kind === 'correct') {
    const executions = Object.values((await state())['executions'] ?? {});
    const more = fault.kind === 'bust' ? {} : { price: String(fault.price), qty: String(fault.shares) };
    return { kind: fault.kind, execution_id: textOf(executions.at(-1)?.['id']), ...more };
  }
  const kind = FAULTS[fault.kind];
  if (fault.kind === 'reply-lost') return { kind, match: { method: METHODS[fault.of], path: '/v2/orders' } };
  if (fault.kind === 'connection-lost') return { kind, stream: 'trades' };
  return 'of' in fault ? { kind, match: { event: fault.of }, delayMs: LATE_MS } : { kind };
}
