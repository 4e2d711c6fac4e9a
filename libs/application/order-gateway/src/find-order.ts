import type { BrokerOrder, WithText } from '@aitrader/adapter-alpaca-trading';
import type { RequestId } from '@aitrader/model';
import type { GatewayDesk } from './gateway-desk.ts';

/**
 * What the broker has under an id of ours, looked for until it is known: again and again while the broker does not answer, and several
 * times when it has nothing, since what was sent may still be on its way. Undefined: there is nothing. `failed` is told of each time that
 * the broker could not be asked. @throws GatewayClosedError
 */
export async function findOrder(
  desk: GatewayDesk,
  id: RequestId,
  failed: (why: string) => void,
): Promise<WithText<BrokerOrder> | undefined> {
  const { lookMs } = desk.pauses;
  let failures = 0;
  for (let look = 0; look < lookMs.length;) {
    await desk.pause(lookMs[look] ?? 0);
    try {
      await desk.point('look-up:before');
      const found = await desk.broker.orderByClientId(id);
      const whole = found === undefined ? undefined : await withLegs(desk, found);
      await desk.point('look-up:after');
      if (whole !== undefined) return whole;
      look += 1;
    } catch (error) {
      desk.check();
      failed(error instanceof Error ? error.message : String(error));
      // the patience begins anew: nobody knows what happened in the meantime
      look = 0;
      await desk.pause(desk.retryMs(failures));
      failures += 1;
    }
  }
  return undefined;
}

const HAS_EXITS: ReadonlySet<string> = new Set(['bracket', 'oco', 'oto']);

/** An order with its exits: by our id a broker may give it without them. */
async function withLegs(desk: GatewayDesk, order: WithText<BrokerOrder>): Promise<WithText<BrokerOrder>> {
  if (order.legs.length > 0 || !HAS_EXITS.has(order.orderClass)) return order;
  return (await desk.broker.order(order.id)) ?? order;
}
