import { Option, type Command } from 'commander';
import { BrokerError, openBroker } from '@aitrader/application-broker-accounts';
import type { RunConfig } from '@aitrader/model';
import { ALPACA_KEY_VARIABLES, ALPACA_PAPER, PAPER_EXCHANGE, withKeys } from '@aitrader/runtime-configuration';

export interface RunBrokerOptions {
  readonly broker?: 'simulated' | 'exchange' | 'alpaca';
  readonly exchangeRules?: 'simulation' | 'vendor';
  readonly brokerAccount?: 'paper' | 'live';
  readonly brokerUrl?: string;
}

/** Options that say whom a run trades with; a run that is gone on with has its broker already, but for where it is. */
export const OF_BROKERS = ['broker', 'exchangeRules', 'brokerAccount'];

/** The options of commands that begin a run. */
export const runBrokerOptions = (command: Command, brokers: readonly string[]): Command =>
  command
    .addOption(
      new Option(
        '--broker <name>',
        'whom the run trades with: the simulated broker; a paper exchange over its API; an account at Alpaca (default: simulated)',
      ).choices(brokers),
    )
    .addOption(
      new Option(
        '--broker-account <account>',
        'whose money is traded at Alpaca: live is real, and the run enters nothing until it is armed (default: paper)',
      ).choices(['paper', 'live']),
    )
    .addOption(
      new Option(
        '--exchange-rules <rules>',
        "how the paper exchange trades: as the simulated broker, or by the vendor's rules, with orders by the hours (default: simulation)",
      ).choices(['simulation', 'vendor']),
    );

/** What is said to who tells where a broker is that the run does not have. */
export const URL_WITHOUT_BROKER = '--broker-url goes with a broker: the simulated one is nowhere else than in the run';

/** A configuration with the broker that was asked for. @throws Error for options that do not go together, and for real money where there is none */
export function withBroker(config: RunConfig, options: RunBrokerOptions): RunConfig {
  const configured = brokerIn(config, options);
  if (options.brokerUrl !== undefined && configured.broker === null) throw new Error(URL_WITHOUT_BROKER);
  return configured;
}

/**
 * Looks whether the account of a run lets it in, before anything is started. @throws Error that names what to check, BrokerError, BrokerKeysError
 */
export async function meetAccount({ broker }: Pick<RunConfig, 'broker'>, brokerUrl: string | undefined): Promise<void> {
  if (broker === null || broker.followsBars) return;
  const url = brokerUrl ?? process.env['AITRADER_BROKER_URL'];
  try {
    const env = await withKeys(process.env, ALPACA_KEY_VARIABLES);
    await openBroker({ broker: broker.name, live: broker.account === 'live', url, env }).account();
  } catch (error) {
    if (!(error instanceof BrokerError) || error.problem !== 'unauthorised') throw error;
    const other = broker.account === 'live' ? 'paper' : 'live';
    throw new Error(
      `the ${broker.account} account at ${broker.name} does not accept the keys: see APCA_API_KEY_ID and APCA_API_SECRET_KEY, and whether they are of the ${other} account, which has keys of its own (--broker-account)`,
      { cause: error },
    );
  }
}

function brokerIn(config: RunConfig, { broker, exchangeRules, brokerAccount }: RunBrokerOptions): RunConfig {
  const name = broker ?? config.broker?.name ?? 'simulated';
  if (exchangeRules !== undefined && name !== 'exchange') throw new Error('--exchange-rules goes with --broker exchange');
  if (brokerAccount !== undefined && name !== 'alpaca') throw new Error('--broker-account goes with --broker alpaca');
  if (name === 'simulated') return { ...config, broker: null };
  const configured = config.broker ?? {};
  if (name === 'alpaca') {
    const { entries } = ALPACA_PAPER;
    const account = brokerAccount ?? config.broker?.account ?? 'paper';
    return { ...config, broker: { ...ALPACA_PAPER, ...configured, name, account, followsBars: false, entries } };
  }
  if (config.broker?.account === 'live') throw new Error('broker.account is "live", and a paper exchange has no real money');
  const rules = exchangeRules ?? (config.broker?.entries === 'marketable-limit' ? 'vendor' : 'simulation');
  const entries = rules === 'simulation' ? 'market' : 'marketable-limit';
  if (entries === 'market' && (config.broker?.working ?? null) !== null)
    throw new Error('broker.working works an order by its limit, which entries at market have none of: --exchange-rules vendor');
  return { ...config, broker: { ...PAPER_EXCHANGE, ...configured, name, account: 'paper', followsBars: true, entries } };
}
