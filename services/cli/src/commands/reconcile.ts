import type { Command } from 'commander';
import { readAccountNow } from '@aitrader/application-broker-accounts';
import { executionKnown, manifestOrFail, reconcileAccount } from '@aitrader/application-recordings';
import { withHome } from '@aitrader/application-supervision';
import { accountText, ordersText, positionsText } from '../broker-text.ts';
import { accountName, brokerOf, brokerOptions, type BrokerOptions } from '../broker-options.ts';
import { busOptions, homeOptions, refuseBusOptions, type BusOptions } from '../bus-options.ts';
import { printJson, printText } from '../print.ts';
import { reconciliationText } from '../reconciliation-text.ts';

/** Exit code of an account that differs from what is known of it. */
const DIFFERS = 1;

type ReconcileOptions = BrokerOptions & BusOptions;

export function addReconcile(program: Command): void {
  const command = brokerOptions(
    program
      .command('reconcile')
      .summary('hold a recording against the account at its broker')
      .description(
        'Shows the account, its positions and its open orders as the broker has them; with a run, what its recording knows of them too, and every difference. Nothing is changed.',
      )
      .argument('[run]', 'a run that trades, or traded, in the account, as "aitrader runs" lists it'),
  );
  busOptions(command).action(async (run: string | undefined, options: ReconcileOptions) => {
    const broker = await brokerOf(options);
    if (run === undefined) {
      refuseBusOptions(command, 'a run');
      const now = await readAccountNow(broker, Date.now());
      if (options.json) printJson(now);
      else printText(accountNowText(options, now));
      return;
    }
    await withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus }) => {
      // the recording first: the account is never older than what is known of it
      const manager = await executionKnown(bus, await manifestOrFail(bus, run));
      const now = await readAccountNow(broker, Date.now());
      const reconciled = reconcileAccount(manager, now.word);
      if (options.json) printJson({ run, ...now, ...reconciled });
      else printText(`${accountNowText(options, now)}\n${reconciliationText(run, reconciled)}`);
      if (reconciled.differences.length > 0) process.exitCode = DIFFERS;
    });
  });
}

function accountNowText(
  options: BrokerOptions,
  { account, positions, orders }: Awaited<ReturnType<typeof readAccountNow>>,
): string {
  const name = accountName(options);
  return [accountText(name, account), positionsText(name, positions), ordersText(name, 'open', orders)].join('\n');
}
