import { InvalidArgumentError, type Command } from 'commander';
import { manifestOrFail, standingLimits } from '@aitrader/application-recordings';
import { commandRun, withHome } from '@aitrader/application-supervision';
import { OPERATOR_LIMITS, type CommandedLimit, type OperatorLimit } from '@aitrader/model';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { limitsText } from '../limits-text.ts';
import { printJson, printText } from '../print.ts';
import { recordedText, RUN, said } from './control.ts';

interface LimitsOptions extends BusOptions {
  readonly set?: readonly CommandedLimit[];
  readonly reset?: readonly CommandedLimit[];
  readonly reason?: string;
  readonly actor?: string;
  readonly json: boolean;
}

export function addLimits(program: Command): void {
  busOptions(
    program
      .command('limits')
      .summary('show the limits of a run, and make them smaller')
      .description(
        'Shows the limits of risk as they are configured and as they are in force. With --set it records that they are smaller from now on, with --reset that they are as configured again. No command lets in more than the configuration does.',
      )
      .argument(...RUN)
      .option(
        '--set <limit=value>',
        'make a limit smaller, in the unit of the configuration; may be given several times',
        smaller,
      )
      .option('--reset <limit>', 'let a limit be as configured again; may be given several times', asConfigured)
      .option('--reason <text>', 'why; it is recorded, and wanted of every change')
      .option('--actor <name>', 'who commands it; it is recorded (default: the user of the system)')
      .option('--json', 'print one JSON document on standard output', false),
  ).action(async (run: string, options: LimitsOptions) => {
    const { set = [], reset = [], reason, actor } = options;
    const limits = [...set, ...reset];
    assertOnce(limits);
    if (limits.length === 0) {
      if (reason !== undefined || actor !== undefined) throw new Error('--reason and --actor are for --set and --reset');
      await withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus }) => {
        const standing = await standingLimits(bus, await manifestOrFail(bus, run));
        if (options.json) printJson(standing);
        else printText(limitsText(standing));
      });
      return;
    }
    if (reason === undefined) throw new Error('--reason is wanted: it is recorded with what changes');
    await withHome({ ...homeOptions(options), as: 'operator' }, async (open) => {
      const recorded = await commandRun(open, run, { kind: 'limits', ...said({ ...options, reason }), limits });
      if (options.json) printJson(recorded);
      else printText(recordedText(recorded));
    });
  });
}

/** `limit=value`, the option given again adds to it. @throws InvalidArgumentError */
function smaller(text: string, before: readonly CommandedLimit[] = []): readonly CommandedLimit[] {
  const [name = '', value = '', ...rest] = text.split('=');
  const most = value.trim() === '' ? NaN : Number(value);
  if (rest.length > 0 || !(most >= 0 && most < Infinity))
    throw new InvalidArgumentError('must be a limit and a number that is not below 0, such as grossNotionalFractionMax=0.5');
  return [...before, { limit: limitNamed(name), most }];
}

const asConfigured = (name: string, before: readonly CommandedLimit[] = []): readonly CommandedLimit[] => [
  ...before,
  { limit: limitNamed(name), most: null },
];

function limitNamed(name: string): OperatorLimit {
  const limit = OPERATOR_LIMITS.find((one) => one === name);
  if (limit === undefined) throw new InvalidArgumentError(`${name} is none of the limits: ${OPERATOR_LIMITS.join(', ')}`);
  return limit;
}

function assertOnce(limits: readonly CommandedLimit[]): void {
  const names = limits.map(({ limit }) => limit);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`${twice} is given twice`);
}
