import type { AlpacaTrading } from '@aitrader/adapter-alpaca-trading';
import { accountWordOf, type ReadAccount } from '@aitrader/application-order-gateway';
import { epochMs, requestIdOf, type AccountWord } from '@aitrader/model';

/** An account as the broker has it now: figures, positions, open orders, with the word that a gateway would tell of it. */
export interface AccountNow extends ReadAccount {
  readonly word: AccountWord;
}

/** Reads all that an account is. @throws BrokerError */
export async function readAccountNow(
  broker: Pick<AlpacaTrading, 'account' | 'positions' | 'orders'>,
  now: number,
): Promise<AccountNow> {
  const [account, positions, orders] = await Promise.all([
    broker.account(),
    broker.positions(),
    broker.orders({ status: 'open' }),
  ]);
  const read = { account, positions, orders };
  const word = accountWordOf(read, { t: epochMs(now), word: 'asked', requestOf: (order) => requestIdOf(order.clientOrderId) });
  return { ...read, word };
}
