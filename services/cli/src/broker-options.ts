import { Option, type Command } from 'commander';
import { ALPACA_KEY_VARIABLES, withKeys } from '@aitrader/runtime-configuration';
import { BROKERS, openBroker, type BrokerName } from '@aitrader/application-broker-accounts';

export interface BrokerOptions {
  readonly broker: BrokerName;
  readonly live: boolean;
  readonly brokerUrl?: string;
  readonly json: boolean;
}

/** Options of commands that look at an account. */
export const brokerOptions = (command: Command): Command =>
  command
    .addOption(new Option('--broker <name>', 'whom the account is with').choices(BROKERS).default('alpaca'))
    .option('--live', 'the account with real money, not the paper account', false)
    .option('--broker-url <url>', 'where the broker is asked, instead of its own address')
    .option('--json', 'print one JSON document on standard output', false);

/** The account that was asked for. @throws Error for options that do not go together, BrokerKeysError, ConfigurationError */
export async function brokerOf({ broker, live, brokerUrl }: BrokerOptions) {
  if (live && broker === 'exchange') throw new Error('--live is an account with real money, which a paper exchange has not');
  return openBroker({ broker, live, url: brokerUrl, env: await withKeys(process.env, ALPACA_KEY_VARIABLES) });
}

/** What is looked at, so that nobody takes one for the other. */
export const accountName = ({ broker, live }: BrokerOptions): string =>
  broker === 'exchange' ? 'paper exchange' : live ? 'Alpaca, LIVE' : 'Alpaca, paper';
