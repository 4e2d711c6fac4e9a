import { userInfo } from 'node:os';
import { Argument, InvalidArgumentError, type Command } from 'commander';
import {
  commandRun,
  runsGoingOn,
  withHome,
  type OpenHome,
  type OperatorCommand,
  type RecordedCommand,
} from '@aitrader/application-supervision';
import { canonicalTicker, price, quantity, unitsOf, UnitError, PRICE_PLACES, QUANTITY_PLACES } from '@aitrader/model';
import type { Price, Quantity, Side, Ticker } from '@aitrader/model';
import { confirmArming } from '../arming.ts';
import { integer } from '../bar-options.ts';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { printJson, printText } from '../print.ts';

/** What an operator may command without an order. */
const KINDS = ['halt', 'resume', 'reduce-only', 'flatten', 'cancel', 'adopt', 'close-break', 'arm', 'disarm'] as const;
type Kind = (typeof KINDS)[number];
/** Those that may be of some symbols alone. */
const OF_SYMBOLS: readonly Kind[] = ['reduce-only', 'flatten', 'cancel', 'adopt'];
/** Those that have a command of their own, and what they do. */
const SWITCHES: readonly (readonly [Kind, string])[] = [
  ['halt', 'no new entries; what is at work to enter is called off'],
  ['reduce-only', 'no new entries; exits go on'],
  ['flatten', 'no new entries, and what is held is closed'],
  ['resume', 'entries again; after a drawdown the loss is accepted'],
];
const SIDES: readonly Side[] = ['buy', 'sell'];
/** A position of an operator is closed after an hour, unless another time is asked for. */
const MINUTES = 60;
const MINUTES_MAX = 100_000;

interface CommandOptions extends BusOptions {
  readonly actor?: string;
  readonly reason: string;
  readonly json: boolean;
}
interface ControlOptions extends CommandOptions {
  readonly symbols?: readonly Ticker[];
  readonly break?: string;
  readonly yes?: string;
  readonly brokerUrl?: string;
  readonly writeOff: boolean;
  readonly price?: Price;
}
interface OrderOptions extends CommandOptions {
  readonly stop: Price;
  readonly target: Price;
  readonly minutes: number;
}

export const RUN = ['<run>', 'the run, as "aitrader runs" lists it'] as const;

/** What lets more in is never of more than one. */
const ANY_RUN = [
  '[run]',
  'the run, as "aitrader runs" lists it; every one of this home that goes on, when it is left out',
] as const;

/** Options of every command that is recorded. */
const commandOptions = (command: Command): Command =>
  busOptions(
    command
      .requiredOption('--reason <text>', 'why; it is recorded')
      .option('--actor <name>', 'who commands it; it is recorded (default: the user of the system)')
      .option('--json', 'print one JSON document on standard output', false),
  );

/** Commands that an operator gives to a run. */
export function addControl(program: Command): void {
  commandOptions(
    program
      .command('control')
      .summary('halt a run, resume it, or call off what is at work')
      .description(
        'Records a command for a run, in force from its place in the recording on. halt: no new entries; reduce-only: the same, exits go on; flatten: no new entries, and what is held is closed; cancel: entries at work are called off; adopt: entries beside what the account held before; close-break: a break is taken as it stands, and with --write-off the books follow the account; arm: a run at an account with real money may enter, on its trade date alone; disarm: it may not any more, and entries at work are called off; resume: entries again.',
      )
      .argument(...RUN)
      .addArgument(new Argument('<command>', 'what is commanded').choices(KINDS))
      .option('--symbols <list>', 'only these symbols, comma-separated', tickers)
      .option('--yes <run>', 'arm without being asked for the name of the run')
      .option('--broker-url <url>', 'of arm: where the broker is asked for the account, instead of its own address')
      .option('--break <id>', 'the break that close-break is about, such as position.AAPL.1')
      .option(
        '--write-off',
        'with close-break: shares that the broker does not have leave the books, at a loss of all they cost',
        false,
      )
      .option('--price <price>', 'with --write-off: they were sold, or bought back, at this price, USD a share', dollars),
  ).action(async (run: string, kind: Kind, options: ControlOptions) => {
    const { symbols = [], break: about = '', writeOff, price: at } = options;
    if (symbols.length > 0 && !OF_SYMBOLS.includes(kind))
      throw new Error(`${kind} is of all symbols: --symbols is for ${OF_SYMBOLS.join(', ')}`);
    if ((about !== '') !== (kind === 'close-break'))
      throw new Error('close-break is about one break, named by --break; nothing else is');
    const confirm = kind === 'arm' ? (open: OpenHome) => confirmArming(open, run, options) : undefined;
    if (writeOff && kind !== 'close-break') throw new Error('--write-off is for close-break');
    if (at !== undefined && !writeOff) throw new Error('--price is for --write-off');
    const off = writeOff ? { writtenOffAt: at ?? price(0) } : {};
    await record(run, { kind, ...said(options), symbols, about, ...off }, options, confirm);
  });

  for (const [kind, what] of SWITCHES) addSwitch(program, kind, what);

  commandOptions(
    program
      .command('order')
      .summary('ask a run for an order')
      .description(
        'Records an order that you ask a run for. It goes through the same gates as any other, and is closed at its stop, its target, or when its time is over.',
      )
      .argument(...RUN)
      .addArgument(new Argument('<side>', 'what the account does').choices(SIDES))
      .argument('<symbol>', 'what is traded', symbol)
      .argument('<shares>', 'how many shares', shares)
      .requiredOption('--stop <price>', 'price at which a loss is taken, USD a share', dollars)
      .requiredOption('--target <price>', 'price at which a gain is taken, USD a share', dollars)
      .option('--minutes <n>', 'close it so many minutes after it was approved', integer(1, MINUTES_MAX), MINUTES),
  ).action(async (run: string, side: Side, traded: Ticker, amount: Quantity, options: OrderOptions) => {
    const { stop, target, minutes } = options;
    if (side === 'buy' ? stop >= target : stop <= target)
      throw new Error(`the stop of a ${side} is ${side === 'buy' ? 'below' : 'above'} its target`);
    const order = { symbol: traded, side, quantity: amount, stop, target, minutes };
    await record(run, { kind: 'order', ...said(options), order }, options);
  });
}

/** A command of its own, for a hurry: of all runs that go on, where none is named. */
function addSwitch(program: Command, kind: Kind, what: string): void {
  const [name, about] = kind === 'resume' ? RUN : ANY_RUN;
  const command = program
    .command(kind)
    .summary(what)
    .description(`Records ${kind} for a run: ${what}. The same as "aitrader control RUN ${kind}".`)
    .argument(name, about);
  commandOptions(command).action(async (run: string | undefined, options: CommandOptions) => {
    await withHome({ ...homeOptions(options), as: 'operator' }, async (open) => {
      const runs = run === undefined ? await runsGoingOn(open) : [run];
      if (runs.length === 0) throw new Error(`no run goes on in ${open.home}: name the one that ${kind} is for`);
      // each by itself: one that cannot be told must not keep the others from hearing it
      const told = await Promise.allSettled(runs.map((name) => commandRun(open, name, { kind, ...said(options) })));
      const recorded = told.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      if (options.json) printJson(recorded);
      else for (const one of recorded) printText(recordedText(one));
      const failed = told.flatMap((one, i) => (one.status === 'rejected' ? [`${runs[i] ?? ''}: ${messageOf(one.reason)}`] : []));
      if (failed.length > 0) throw new Error(failed.join('\n'));
    });
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const recordedText = ({ run, seq, control, running }: RecordedCommand): string =>
  `${control.kind} recorded as message ${seq} of ${run}` +
  (running ? '' : '; nobody runs it now, so it waits until it is gone on with');

export const said = ({ actor, reason }: Pick<CommandOptions, 'actor' | 'reason'>): Pick<OperatorCommand, 'actor' | 'reason'> => {
  return { actor: actor ?? userInfo().username, reason };
};

async function record(
  name: string,
  command: OperatorCommand,
  options: CommandOptions,
  confirm?: (open: OpenHome) => Promise<void>,
): Promise<void> {
  await withHome({ ...homeOptions(options), as: 'operator' }, async (open) => {
    await confirm?.(open);
    const recorded = await commandRun(open, name, command);
    if (options.json) printJson(recorded);
    else printText(recordedText(recorded));
  });
}

/** @throws InvalidArgumentError */
function symbol(text: string): Ticker {
  try {
    return canonicalTicker(text);
  } catch (error) {
    if (error instanceof UnitError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

/** Symbols separated by commas; the option given again adds to them. */
const tickers = (text: string, before: readonly Ticker[] = []): readonly Ticker[] => [...before, ...text.split(',').map(symbol)];

const dollars = (text: string): Price => price(above0(text, PRICE_PLACES, 'USD'));
const shares = (text: string): Quantity => quantity(above0(text, QUANTITY_PLACES, 'shares'));

function above0(text: string, places: number, unit: string): number {
  const units = unitsOf(text, places);
  if (typeof units !== 'number' || units <= 0)
    throw new InvalidArgumentError(`must be ${unit} above 0, with ${places} decimal places at most`);
  return units;
}
