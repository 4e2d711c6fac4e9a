import { InvalidArgumentError, type Command } from 'commander';
import { createLogUpdate } from 'log-update';
import { newRunId, reportOf } from '@aitrader/application-backtest';
import { requireSameStrategies } from '@aitrader/application-pipeline';
import { followRun, manifestOrFail, resultOf, type RunView } from '@aitrader/application-recordings';
import {
  homeOf,
  isInOwnMarket,
  refusePlayedInMarket,
  runOnBus,
  runToGoOn,
  wasInOwnMarket,
  withHome,
  type BusRunEnd,
  type OpenHome,
  type RunToGoOn,
} from '@aitrader/application-supervision';
import { actionWords } from '@aitrader/application-wording';
import { changesOf, requireStated, type IngestSpec } from '@aitrader/runtime-configuration';
import { newYorkDate } from '@aitrader/core-sessions';
import { runId, type RunConfig, type RunId, type Trip } from '@aitrader/model';
import { listRecordings } from '@aitrader/runtime-bus';
import {
  BARS_FLAGS,
  BARS_TEXT,
  checkedSourceOf,
  CONFIG_OPTION,
  EDGES_OPTION,
  integer,
  ACTIONS_OPTION,
  AS_OF_OPTION,
  PARAMETERS_OPTION,
  selectionOptions,
  type BarOptions,
} from '../bar-options.ts';
import { readingOptions } from '../reading-options.ts';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import {
  OF_BROKERS,
  URL_WITHOUT_BROKER,
  meetAccount,
  runBrokerOptions,
  withBroker,
  type RunBrokerOptions,
} from '../run-broker.ts';
import { besideConsole } from '../console-beside.ts';
import { onInterrupt } from '../interrupt.ts';
import { closeAndAnchor } from '../close-run.ts';
import { clockOf, denialLine, fillLine, haltLine, headline, screen } from '../paper-view.ts';
import { OF_LIVE_MARKETS, liveRemarks, liveOptions, liveSourceOf, type LiveOptions } from '../live-options.ts';
import { explainLine, followLine, goOnLine, verifyLine } from '../kept-run.ts';
import { printReport } from '../print.ts';
import { configured } from '../configured.ts';

import { progressBar, remark, say } from '../terminal.ts';

interface PaperOptions extends BarOptions, BusOptions, LiveOptions, RunBrokerOptions {
  readonly speed: number;
  readonly shards: number;
  readonly config?: string;
  readonly edges?: string;
  readonly healthPort?: number;
  readonly continue?: string;
  readonly follow?: string;
  readonly run?: string;
  readonly oneDay: boolean;
  readonly journal: boolean;
  readonly console: boolean;
  readonly json: boolean;
}

/** What a run is begun with: whoever goes on with it cannot choose it again. */
const BEGUN_WITH = [
  'bars',
  'run',
  'follow',
  'shards',
  'config',
  'edges',
  'parameters',
  'actions',
  'asOf',
  'timeframe',
  'from',
  'to',
  'symbols',
  'vendor',
  ...OF_LIVE_MARKETS,
  ...OF_BROKERS,
];

/** Two hours of the market a second: a trading day, extended hours and all, in eight. */
const SPEED_DEFAULT = 7200;
const REDRAW_MS = 150;
/** Of a terminal that does not say how wide it is. */
const COLUMNS_DEFAULT = 80;
const HEADLINE_EVERY_INTERVALS = 60;

/** `off` leaves the journal out, as the option does. */
const JOURNAL_VARIABLE = 'AITRADER_JOURNAL';

function speed(text: string): number {
  const value = text === 'max' ? 0 : Number(text);
  if (text === 'max' || (Number.isFinite(value) && value > 0)) return value;
  throw new InvalidArgumentError('must be a positive number, or max');
}

export function addPaper(program: Command): void {
  const command = program
    .command('paper')
    .summary('play bars, or a live market, to the five services and watch them trade with a simulated broker')
    .description(
      "Starts nats-server and the five services as processes, plays bars to them or follows a live market from date to date, shows what happens, and ends with a summary. Each run is recorded, and written into Postgres as it goes on: into this folder's own, or the one that DATABASE_URL names.",
    )
    .option(BARS_FLAGS, BARS_TEXT, ['sample'])
    .option('--speed <n>', 'how many times faster than the market, or max', speed, SPEED_DEFAULT)
    .option('--shards <n>', 'shards of ingest, probability and strategy', integer(1, 1024), 1)
    .option(...CONFIG_OPTION)
    .option(...EDGES_OPTION)
    .option(...PARAMETERS_OPTION)
    .option(...ACTIONS_OPTION)
    .option(...AS_OF_OPTION)
    .option(
      '--health-port <port>',
      'health endpoints of the services at this port and the next six (default: free ones)',
      integer(1, 65_529),
    )
    .option('--continue <run>', 'go on with a run that was interrupted or that failed, as it was begun')
    .option(
      '--follow <run>',
      'begin with what a run has left that has ended: its account, its exits and what its filters learned',
    )
    .option('--run <name>', 'what the recording is called, such as paper-2026-11-30 (default: a name of its own)')
    .option('--one-day', 'with a live market: end with its trading date, instead of going over to the next one', false)
    .option('--console', 'serve the operator’s console to this machine while it goes on, and print its address', false)
    .option('--no-journal', `write nothing into Postgres while it goes on (or ${JOURNAL_VARIABLE}=off)`)
    .option('--json', 'print the summary as one JSON document on standard output', false);
  runBrokerOptions(command, ['simulated', 'exchange', 'alpaca']).option(
    '--broker-url <url>',
    'where the broker is asked, instead of its own address; without it a run starts a paper exchange of its own',
  );
  busOptions(liveOptions(readingOptions(selectionOptions(command)))).action(async (options: PaperOptions) => {
    const begin = options.continue === undefined ? await newRun(command, options) : undefined;
    if (begin === undefined) refuseBegunWith(command);
    const syncs =
      begin === undefined ? await wasInOwnMarket(homeOf(process.env), options.continue ?? '') : isInOwnMarket(begin.spec);
    await withHome({ ...homeOptions(options), syncs }, async (open) => {
      const { run, spec, decided } = begin ?? (await runToGoOn(open, options.continue ?? ''));
      if (begin !== undefined) await refuseKnown(open, run);
      if (options.brokerUrl !== undefined && spec.config.broker === null) throw new Error(URL_WITHOUT_BROKER);
      const paced = command.getOptionValueSource('speed') === 'cli' ? { ...spec, speed: options.speed } : spec;
      if (spec.source.kind === 'live') for (const words of liveRemarks(spec.source)) remark(words);
      if (begin !== undefined && spec.follows !== undefined) await closeFollowed(open, spec);
      const work = () => playOn(open, { run, spec: paced, decided }, options);
      await (options.console ? besideConsole(open.home, work) : work());
    });
  });
}

async function newRun(command: Command, options: PaperOptions): Promise<RunToGoOn> {
  const config = withBroker(await configured(options), options);
  const source = (await liveSourceOf(command, options)) ?? (await checkedSourceOf(options));
  refusePlayedInMarket({ config, source });
  const kind = config.broker?.account === 'live' ? 'live' : 'paper';
  if (kind === 'live') await requireStated(options.config);
  const { speed, shards } = options;
  return {
    run: options.run === undefined ? newRunId(kind) : namedRun(options.run, kind),
    spec: { source, speed, shards, kind, config, follows: options.follow },
    decided: undefined,
  };
}

/** Which account a run trades at is seen by its name. @throws Error, UnitError */
function namedRun(name: string, kind: 'live' | 'paper'): RunId {
  if (!name.startsWith(`${kind}-`)) throw new Error(`--run ${JSON.stringify(name)}: this run's name begins with ${kind}-`);
  return runId(name);
}

/** @throws Error for a name that a recording has */
async function refuseKnown({ bus }: OpenHome, run: RunId): Promise<void> {
  if ((await listRecordings(bus)).some((known) => known.run === run))
    throw new Error(`there is a recording ${run} already: go on with it by --continue, or take another name`);
}

/** @throws Error naming an option that a run which is gone on with has already */
function refuseBegunWith(command: Command): void {
  const given = command.options.find(
    (option) => BEGUN_WITH.includes(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (given !== undefined) throw new Error(`${given.long ?? ''} is what a run is begun with: leave it out with --continue`);
}

/** Lets the run that is followed say what it left, and tells what is another one since. @throws CannotClose, UnknownRunError */
async function closeFollowed(open: OpenHome, { follows = '', config }: IngestSpec): Promise<void> {
  const before = await manifestOrFail(open.bus, follows);
  const [was, is] = [accountOf(before.config), accountOf(config)];
  if (was !== is) throw new Error(`${follows} traded at ${was}, and this run would at ${is}: an account goes on where it is`);
  requireSameStrategies(follows, before.config, config);
  await closeAndAnchor(open, before.run);
  for (const change of changesOf(before.config, config)) remark(`since ${follows}: ${change}`);
}

/** Where a run trades. */
const accountOf = ({ broker }: Pick<RunConfig, 'broker'>): string =>
  broker === null ? 'the simulated broker' : `${broker.name}, a ${broker.account} account`;

/** Plays a run; a market that is followed goes over to its next trading date, until it is stopped. Tells whether Ctrl-C had stopped it. */
async function playOn(open: OpenHome, first: RunToGoOn, options: PaperOptions): Promise<{ readonly interrupted: boolean }> {
  const stopping = new AbortController();
  const stopped = onInterrupt().then(() => stopping.abort());
  for (let next: RunToGoOn | undefined = first; next !== undefined;) {
    const { run, spec, decided }: RunToGoOn = next;
    const from = decided === undefined ? '' : `, to go on after ${newYorkDate(decided)} ${clockOf(decided)} ET`;
    const behind = spec.follows === undefined ? '' : `, behind ${spec.follows}`;
    await meetAccount(spec.config, options.brokerUrl);
    if (spec.kind === 'live') remark(`${run} enters nothing until it is armed: npx aitrader control ${run} arm --reason …`);
    remark(`${run}: starting five services${from}${behind}`);
    const complete = await play(open, next, options, stopped);
    if (!complete || spec.source.kind !== 'live' || options.oneDay) break;
    await closeAndAnchor(open, run);
    if (stopping.signal.aborted) {
      remark(followLine(run));
      break;
    }
    next = { run: newRunId(spec.kind === 'live' ? 'live' : 'paper'), spec: { ...spec, follows: run }, decided: undefined };
  }
  return { interrupted: stopping.signal.aborted };
}

/** Plays one run to its end. Returns whether it came to it. */
async function play(
  open: OpenHome,
  { run, spec, decided }: RunToGoOn,
  options: PaperOptions,
  stopped: Promise<void>,
): Promise<boolean> {
  const watching = new AbortController();
  const view = watch(open, { run, decided }, watching.signal, options.json);
  const ended = runOnBus(open, {
    run,
    spec,
    healthPort: options.healthPort,
    brokerUrl: options.brokerUrl,
    stopped,
    onRestart: (stage, why) => remark(`${stage} ended (${why}); restarting it`),
    journal: options.journal && process.env[JOURNAL_VARIABLE] !== 'off',
    onJournal: remark,
    onAnchorProblem: say,
  }).finally(() => watching.abort());
  const [end, shown] = await Promise.allSettled([ended, view]);
  for (const each of [end, shown]) if (each.status === 'rejected') throw each.reason;
  if (end.status === 'rejected') return false;
  await summarise(open, { run, spec, decided }, options, end.value);
  return end.value.complete;
}

async function summarise(
  { bus }: OpenHome,
  { run, spec }: RunToGoOn,
  { json }: PaperOptions,
  { seconds, complete }: BusRunEnd,
): Promise<void> {
  const progress = progressBar('digesting');
  const result = await resultOf(bus, run, progress.at).finally(progress.done);
  printReport(reportOf(run, 'bus', spec.shards, { ...result, seconds }), true, json);
  if (json) return;
  say('');
  if (!complete) remark(goOnLine(run));
  remark(verifyLine(run));
  if (result.counts.fills > 0) remark(explainLine(run));
}

type Watched = Pick<RunToGoOn, 'run' | 'decided'>;

/** Shows the run while it goes: a screen on a terminal, lines elsewhere. */
function watch({ bus }: OpenHome, watched: Watched, stopped: AbortSignal, quiet: boolean): Promise<void> {
  if (quiet) return Promise.resolve();
  return process.stderr.isTTY ? watchScreen(bus, watched.run, stopped) : watchLines(bus, watched, stopped);
}

async function watchScreen(bus: OpenHome['bus'], run: RunId, stopped: AbortSignal): Promise<void> {
  const update = createLogUpdate(process.stderr);
  let shown: RunView | undefined;
  const columns = (): number => process.stderr.columns || COLUMNS_DEFAULT;
  const timer = setInterval(() => shown !== undefined && update(screen(shown, columns())), REDRAW_MS);
  try {
    await followRun(bus, run, stopped, { onInterval: (view) => (shown = view) });
    if (shown !== undefined) update(screen(shown, columns()));
  } finally {
    clearInterval(timer);
    update.done();
  }
}

/** What was decided before the run was gone on with was shown then. */
async function watchLines(bus: OpenHome['bus'], { run, decided }: Watched, stopped: AbortSignal): Promise<void> {
  let shownHalts: readonly Trip[] = [];
  let shownActions = 0;
  await followRun(bus, run, stopped, {
    onInterval: (view, { t, report, decision }) => {
      const applied = view.actions.slice(shownActions);
      shownActions = view.actions.length;
      if (decided !== undefined && t <= decided) return;
      if (view.slices % HEADLINE_EVERY_INTERVALS === 1) say(headline(view));
      for (const action of applied) say(`  applied ${actionWords(action)}`);
      for (const fill of report.fills) say(`  fill    ${fillLine(fill)}`);
      for (const denial of decision.denials) say(`  denied  ${denialLine(denial)}`);
      const isNew = (trip: Trip): boolean => shownHalts.every(({ id }) => id !== trip.id);
      for (const trip of view.halts) if (isNew(trip)) say(`  ${haltLine(trip)}`);
      if (view.halts.length === 0 && shownHalts.length > 0) say('  trading goes on');
      shownHalts = view.halts;
    },
  });
}
