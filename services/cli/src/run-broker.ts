import { Option, type Command } from 'commander';
import type { RunConfig } from '@aitrader/model';
import { ALPACA_PAPER, PAPER_EXCHANGE } from '@aitrader/runtime-configuration';

export interface RunBrokerOptions {
  readonly broker?: 'simulated' | 'exchange' | 'alpaca';
  readonly exchangeRules?: 'simulation' | 'vendor';
  readonly brokerUrl?: string;
}

/** Options that say whom a run trades with; a run that is gone on with has its broker already, but for where it is. */
export const OF_BROKERS = ['broker', 'exchangeRules'];

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
        '--exchange-rules <rules>',
        "how the paper exchange trades: as the simulated broker, or by the vendor's rules, with orders by the hours (default: simulation)",
      ).choices(['simulation', 'vendor']),
    );

/** What is said to who tells where a broker is that the run does not have. */
export const URL_WITHOUT_BROKER = '--broker-url goes with a broker: the simulated one is nowhere else than in the run';

/** A configuration with the broker that was asked for. @throws Error for options that do not go together, and for real money */
export function withBroker(config: RunConfig, options: RunBrokerOptions): RunConfig {
  const configured = brokerIn(config, options);
  if (options.brokerUrl !== undefined && configured.broker === null) throw new Error(URL_WITHOUT_BROKER);
  if (configured.broker?.account === 'live')
    throw new Error('broker.account is "live": nothing here trades with real money yet; leave it out, or say "paper"');
  return configured;
}

function brokerIn(config: RunConfig, { broker, exchangeRules }: RunBrokerOptions): RunConfig {
  const name = broker ?? config.broker?.name ?? 'simulated';
  if (exchangeRules !== undefined && name !== 'exchange') throw new Error('--exchange-rules goes with --broker exchange');
  if (name === 'simulated') return { ...config, broker: null };
  const configured = config.broker ?? {};
  if (name === 'alpaca') {
    const { entries } = ALPACA_PAPER;
    return { ...config, broker: { ...ALPACA_PAPER, ...configured, name, followsBars: false, entries } };
  }
  const rules = exchangeRules ?? (config.broker?.entries === 'marketable-limit' ? 'vendor' : 'simulation');
  const entries = rules === 'simulation' ? 'market' : 'marketable-limit';
  return { ...config, broker: { ...PAPER_EXCHANGE, ...configured, name, account: 'paper', followsBars: true, entries } };
}
