import type { Manifest } from '@aitrader/model';

/** Whether a run trades with real money: at the account with which it was begun. */
export const tradesRealMoney = ({ config }: { readonly config: Pick<Manifest['config'], 'broker'> }): boolean =>
  config.broker?.account === 'live';
