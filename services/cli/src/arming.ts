import { openBroker, type BrokerAccount } from '@aitrader/application-broker-accounts';
import { manifestOrFail } from '@aitrader/application-recordings';
import { CannotCommand, requireReadiness, type OpenHome } from '@aitrader/application-supervision';
import { newYorkDate } from '@aitrader/core-sessions';
import { dollarsOf, type Manifest } from '@aitrader/model';
import { ALPACA_KEY_VARIABLES, withKeys } from '@aitrader/runtime-configuration';
import { ask } from './ask.ts';
import { remark } from './terminal.ts';

/** How much of an account's number is shown: enough to tell one's accounts apart. */
const SHOWN_DIGITS = 4;

export interface ArmingOptions {
  /** the name of the run, of who is not to be asked for it */
  readonly yes?: string;
  readonly brokerUrl?: string;
}

/** Says what would be armed, and has the name of the run typed. @throws CannotCommand, NotReady, BrokerError, BrokerKeysError */
export async function confirmArming(open: OpenHome, name: string, { yes, brokerUrl }: ArmingOptions): Promise<void> {
  const manifest = await manifestOrFail(open.bus, name);
  const { run } = manifest;
  const { broker } = manifest.config;
  if (broker?.account !== 'live') throw new CannotCommand(`${run} trades with no real money: there is nothing to arm`);
  // nobody is asked for what would be refused
  await requireReadiness(open, name);
  const url = brokerUrl ?? process.env['AITRADER_BROKER_URL'];
  const env = await withKeys(process.env, ALPACA_KEY_VARIABLES);
  const account = await openBroker({ broker: broker.name, live: true, url, env }).account();
  for (const line of armingLines(manifest, account)) remark(line);
  const typed = yes ?? (await ask(`type ${run} to arm it: `));
  if (typed !== run) throw new CannotCommand(`${JSON.stringify(typed)} is not ${run}: nothing was armed`);
}

/** What somebody should know who lets a run trade with real money. */
export function armingLines({ run, to, config: { risk } }: Manifest, { number, cash, equity }: BrokerAccount): string[] {
  const percent = (fraction: number): string => `${Math.round(fraction * 1_000) / 10} %`;
  return [
    `${run} would trade with REAL MONEY on ${newYorkDate(to)}, in the account that ends in ${number.slice(-SHOWN_DIGITS)}`,
    `cash ${dollarsOf(cash)}, equity ${dollarsOf(equity)} dollars; risk starts from ${dollarsOf(risk.startingCash)}`,
    `one order at most ${dollarsOf(risk.orderNotionalMax)} dollars, one symbol ${percent(risk.symbolNotionalFractionMax)} and all ${percent(risk.grossNotionalFractionMax)} of the equity`,
    `what is held may come to lose ${percent(risk.expectedShortfallFractionMax)} of the equity by the close, in the mean of its worst 2.5 %`,
    `entries end when ${percent(risk.drawdownFractionHalt)} of the highest equity are lost${risk.dailyLossFractionHalt === null ? '' : `, or ${percent(risk.dailyLossFractionHalt)} of that of the morning`}`,
  ];
}
