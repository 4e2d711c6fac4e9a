import { InvalidArgumentError, type Command } from 'commander';
import { createLogUpdate } from 'log-update';
import { newRunId, reportOf } from '@aitrader/application-backtest';
import { followRun, resultOf, type RunView, type ViewedHalt } from '@aitrader/application-recordings';
import { discardRun, runOnBus, withHome, type OpenHome } from '@aitrader/application-supervision';
import { loadRunConfig } from '@aitrader/runtime-configuration';
import type { RunId } from '@aitrader/model';
import {
  BARS_FLAGS,
  BARS_TEXT,
  checkedSourceOf,
  CONFIG_OPTION,
  integer,
  PARAMETERS_OPTION,
  selectionOptions,
  type BarOptions,
} from '../bar-options.ts';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { onInterrupt } from '../interrupt.ts';
import { denialLine, fillLine, haltText, headline, screen } from '../paper-view.ts';
import { printReport } from '../print.ts';
import { progressBar, remark, say } from '../terminal.ts';

interface PaperOptions extends BarOptions, BusOptions {
  readonly speed: number;
  readonly shards: number;
  readonly config?: string;
  readonly healthPort?: number;
  readonly json: boolean;
}

/** One minute of the market a sixtieth of a second: a trading day in a quarter of a minute. */
const SPEED_DEFAULT = 3600;
const REDRAW_MS = 150;
/** Of a terminal that does not say how wide it is. */
const COLUMNS_DEFAULT = 80;
const HEADLINE_EVERY_INTERVALS = 60;

function speed(text: string): number {
  const value = text === 'max' ? 0 : Number(text);
  if (text === 'max' || (Number.isFinite(value) && value > 0)) return value;
  throw new InvalidArgumentError('must be a positive number, or max');
}

export function addPaper(program: Command): void {
  const command = program
    .command('paper')
    .summary('play bars to the five services and watch them trade with a simulated broker')
    .description(
      'Starts nats-server and the five services as processes, plays bars to them, shows what happens, and ends with a summary. The run is recorded.',
    )
    .option(BARS_FLAGS, BARS_TEXT, ['sample'])
    .option('--speed <n>', 'how many times faster than the market, or max', speed, SPEED_DEFAULT)
    .option('--shards <n>', 'shards of ingest, probability and strategy', integer(1, 1024), 1)
    .option(...CONFIG_OPTION)
    .option(...PARAMETERS_OPTION)
    .option(
      '--health-port <port>',
      'health endpoints of the services at this port and the next four (default: free ones)',
      integer(1, 65_531),
    )
    .option('--json', 'print the summary as one JSON document on standard output', false);
  busOptions(selectionOptions(command)).action(async (options: PaperOptions) => {
    const config = await loadRunConfig(options.config);
    const source = await checkedSourceOf(options);
    await withHome(homeOptions(options), async (open) => {
      const run = newRunId('paper');
      const spec = { source, speed: options.speed, shards: options.shards, kind: 'paper', config } as const;
      remark(`${run}: starting five services`);
      const stopped = onInterrupt();
      const watching = new AbortController();
      const view = watch(open, run, watching.signal, options.json);
      try {
        const { seconds } = await runOnBus(open, {
          run,
          spec,
          healthPort: options.healthPort,
          stopped,
          onRestart: (stage, why) => remark(`${stage} ended (${why}); restarting it`),
        });
        watching.abort();
        await view;
        await summarise(open, run, options, seconds);
      } catch (error) {
        watching.abort();
        await view.catch(() => undefined);
        await discardRun(open.bus, run, say);
        throw error;
      }
    });
  });
}

async function summarise({ bus }: OpenHome, run: RunId, options: PaperOptions, seconds: number): Promise<void> {
  const progress = progressBar('digesting');
  const result = await resultOf(bus, run, progress.at).finally(progress.done);
  printReport(reportOf(run, 'bus', options.shards, { ...result, seconds }), true, options.json);
  if (!options.json && result.counts.fills > 0) {
    say('');
    remark(`npx aitrader verify ${run}      proves the recording`);
    remark(`npx aitrader explain ${run} 1   explains its first fill`);
  }
}

/** Shows the run while it goes: a screen on a terminal, lines elsewhere. */
function watch({ bus }: OpenHome, run: RunId, stopped: AbortSignal, quiet: boolean): Promise<void> {
  if (quiet) return Promise.resolve();
  return process.stderr.isTTY ? watchScreen(bus, run, stopped) : watchLines(bus, run, stopped);
}

async function watchScreen(bus: OpenHome['bus'], run: RunId, stopped: AbortSignal): Promise<void> {
  const update = createLogUpdate(process.stderr);
  let shown: RunView | undefined;
  const columns = (): number => process.stderr.columns || COLUMNS_DEFAULT;
  const timer = setInterval(() => shown !== undefined && update(screen(shown, columns())), REDRAW_MS);
  try {
    await followRun(bus, run, stopped, (view) => (shown = view));
    if (shown !== undefined) update(screen(shown, columns()));
  } finally {
    clearInterval(timer);
    update.done();
  }
}

async function watchLines(bus: OpenHome['bus'], run: RunId, stopped: AbortSignal): Promise<void> {
  let shownHalt: ViewedHalt['by'] | undefined;
  await followRun(bus, run, stopped, (view, { report, decision }) => {
    if (view.slices % HEADLINE_EVERY_INTERVALS === 1) say(headline(view));
    for (const fill of report.fills) say(`  fill    ${fillLine(fill)}`);
    for (const denial of decision.denials) say(`  denied  ${denialLine(denial)}`);
    const halted = view.halt?.by;
    if (halted !== shownHalt && view.halt !== undefined) say(`  ${haltText(view.halt)}`);
    else if (halted !== shownHalt) say('  trading goes on');
    shownHalt = halted;
  });
}
