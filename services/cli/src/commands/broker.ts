import { Option, type Command } from 'commander';
import { accountText, ordersText, positionsText } from '../broker-text.ts';
import { accountName, brokerOf, brokerOptions, type BrokerOptions } from '../broker-options.ts';
import { printJson, printText } from '../print.ts';

/** Commands that look at an account as the broker has it, and change nothing. */
export function addBroker(program: Command): void {
  brokerOptions(
    program
      .command('account')
      .summary('show the account as the broker has it')
      .description('Shows the account as the broker has it: cash, equity, buying power, margin, and what keeps it from trading.'),
  ).action(async (options: BrokerOptions) => {
    const account = await (await brokerOf(options)).account();
    if (options.json) printJson(account);
    else printText(accountText(accountName(options), account));
  });

  brokerOptions(
    program
      .command('positions')
      .summary('show the positions as the broker has them')
      .description('Shows the positions as the broker has them.'),
  ).action(async (options: BrokerOptions) => {
    const positions = await (await brokerOf(options)).positions();
    if (options.json) printJson(positions);
    else printText(positionsText(accountName(options), positions));
  });

  brokerOptions(
    program
      .command('orders')
      .summary('show the orders as the broker has them')
      .description('Shows the orders as the broker has them, oldest first, exits below the orders that they belong to.')
      .addOption(new Option('--status <status>', 'which of them').choices(['open', 'closed', 'all']).default('open'))
      .option('--after <instant>', 'submitted after an instant, such as 2026-11-27T14:30:00Z or 2026-11-27'),
  ).action(async (options: BrokerOptions & { readonly status: 'open' | 'closed' | 'all'; readonly after?: string }) => {
    const after = options.after === undefined ? undefined : instantOf(options.after);
    const broker = await brokerOf(options);
    const orders = await broker.orders({ status: options.status, ...(after === undefined ? {} : { after }) });
    if (options.json) printJson(orders);
    else printText(ordersText(accountName(options), options.status, orders));
  });
}

const INSTANT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** @throws Error for what is no instant */
function instantOf(text: string): string {
  const ms = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new Error(`--after ${JSON.stringify(text)} is no instant: it takes 2026-11-27, or 2026-11-27T14:30:00Z with its zone`);
  return new Date(ms).toISOString();
}
