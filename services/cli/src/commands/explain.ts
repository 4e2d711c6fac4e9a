import { Option, type Command } from 'commander';
import {
  contradictionsIn,
  explainFill,
  recordingNamed,
  type ExplainedBar,
  type ExplainedCommand,
  type ExplainedSignal,
  type Explanation,
} from '@aitrader/application-recordings';
import { withHome } from '@aitrader/application-supervision';
import {
  accountForecastWords,
  actionWords,
  doubtLines,
  writeOffWords,
  at,
  barFlagWords,
  bp,
  cashText,
  dollars,
  gateWords,
  share,
  shares,
  stateLines,
  tripWords,
} from '@aitrader/application-wording';
import { runId, sharesOf, type OrderRequest, type Report } from '@aitrader/model';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { LINEAGE_SOURCES, explainLinks, type LinkOptions } from '../explained-links.ts';
import { printJson, printText } from '../print.ts';
import { progressBar, terminal } from '../terminal.ts';

type ExplainOptions = BusOptions & LinkOptions;

export function addExplain(program: Command): void {
  const command = program
    .command('explain')
    .summary('show why a fill happened, back to the bar')
    .description(
      'Shows the chain from a fill to its order, the gates it passed and with what figures, the signal, the state and the bar. With --from the chain alone, link by link with its messages: the same from the recording and from the tables that it was written into.',
    )
    .argument('<run>', 'the recording, as "aitrader runs" lists it')
    .argument(
      '[fill]',
      'the id of a fill, or #n for the n-th fill of the run; the id of an order for all of its fills, with --from',
    )
    .addOption(new Option('--from <source>', 'where the links are taken from').choices(LINEAGE_SOURCES))
    .option(
      '--all',
      "check that every fill goes back through every link, from the database also that it is the recording's",
      false,
    )
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (name: string, fill: string | undefined, options: ExplainOptions) => {
    if (options.all || options.from !== undefined) return explainLinks(name, fill, options);
    if (fill === undefined) throw new Error('name a fill, or --all');
    await withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus }) => {
      await recordingNamed(bus, name);
      const run = runId(name);
      const progress = progressBar('reading');
      const explanation = await explainFill(bus, run, /^\d+$/.test(fill) ? `#${fill}` : fill, progress.at).finally(progress.done);
      if (explanation.cutShort !== null) terminal.warn(`${explanation.cutShort}; what comes later is left out`);
      if (options.json) printJson(explanation);
      else printText(explanationText(explanation));
    });
  });
}

const barText = (bar: ExplainedBar): string =>
  `closed ${at(bar.t)}  open ${bar.open}  high ${bar.high}  low ${bar.low}  close ${bar.close}  volume ${bar.volume}` +
  `${bar.flags === 0 ? '' : `  (${barFlagWords(bar.flags)})`}  (message ${bar.seq})`;

const INDENT = ' '.repeat(8);
const GATE_WIDTH = 20;
const ABOUT_WIDTH = 14;

/** What was asked of the broker and what it said, in the order of the recording. */
function brokerLines({ broker, order }: Explanation): readonly string[] {
  if (broker === undefined) return [];
  const children = childrenOf(broker, order);
  const asked = broker.requests.map(({ seq, cause, request }) => ({
    seq,
    text: `asked   ${requestWords(request)}${childWords(children.indexOf(request.id) + 1)}, after message ${cause}  (message ${seq})`,
  }));
  const said = broker.reports.map(({ seq, report }) => ({ seq, text: `said    ${reportWords(report)}  (message ${seq})` }));
  return [...asked, ...said].sort((a, b) => a.seq - b.seq).map(({ text }) => text);
}

/** The children of an order that was worked, in their order: entries of less than all of it, which are asked for in no other case. */
function childrenOf({ requests }: NonNullable<Explanation['broker']>, { quantity }: Explanation['order']): readonly string[] {
  const whole = Math.floor(sharesOf(quantity));
  return requests.flatMap(({ request }) =>
    request.kind === 'submit' && request.leg === 'entry' && sharesOf(request.quantity) < whole ? [request.id] : [],
  );
}

const childWords = (child: number): string => (child === 0 ? '' : `, child ${child} of the order`);

function requestWords(request: OrderRequest): string {
  if (request.kind !== 'submit') return `${request.kind} ${request.about} as ${request.id}`;
  const { leg, side, quantity, symbol, limit, exits, id } = request;
  const at = limit === null ? '' : ` at ${dollars(limit)} or better`;
  const pair = exits === null ? '' : `, target ${dollars(exits.target)} and stop ${dollars(exits.stop)} with it`;
  return `${leg} ${side} ${shares(quantity)} ${symbol}${at}${pair}, as ${id}`;
}

function reportWords({ t, kind, word, execution, brokerId }: Report): string {
  const trade = execution === null ? '' : `, ${shares(execution.quantity)} at ${dollars(execution.price)} (${execution.id})`;
  return `${at(t)} ${kind}${word === '' || word === kind ? '' : ` (${word})`}${trade}${brokerId === null ? '' : `, order ${brokerId}`}`;
}

function explanationText(explanation: Explanation): string {
  const { fill, fillBar, events, order, exit, orderedIn, actions = [], writeOffs = [], trips = [] } = explanation;
  return [
    `fill    ${fill.id}`,
    `${INDENT}${fill.side} ${shares(fill.quantity)} ${fill.symbol} at ${dollars(fill.price)}, leg ${fill.leg}, fee ${cashText(fill.fee)}${fill.pessimistic ? ', pessimistic order inside the bar' : ''}`,
    `in bar  ${fillBar === null ? 'none of its interval' : barText(fillBar)}`,
    ...brokerLines(explanation),
    `order   ${order.id}${orderedIn === undefined ? '' : `, of ${orderedIn}: its messages are there`}`,
    `${INDENT}${order.side} ${shares(order.quantity)} at market, stop ${dollars(order.stop)}, target ${dollars(order.target)}, out by ${at(order.exitAt)}`,
    ...(exit === undefined
      ? []
      : [`${INDENT}${at(exit.t)}  to be left by its strategy, since ${exit.reason} (message ${exit.seq})`]),
    ...events.map(
      ({ t, leg, kind, remaining, reason }) =>
        `${INDENT}${at(t)}  ${leg} ${kind}${remaining > 0 ? `, ${shares(remaining)} open` : ''}${reason === '' ? '' : ` (${reason})`}`,
    ),
    ...actions.map((action) => `${INDENT}${actionWords(action)} (message ${action.seq})`),
    ...writeOffs.map((command) => `${INDENT}${writeOffWords(command)} (message ${command.seq})`),
    ...trips.map((trip) => `${INDENT}${at(trip.t)}  entries ${tripWords(trip)}: ${trip.id}`),
    ...accountLines(explanation),
    'gates   passed, in this order:',
    ...order.gates.map((gate) => `${INDENT}${gate.gate.padEnd(GATE_WIDTH)} ${gateWords({ ...gate, symbol: order.symbol })}`),
    ...contradictionsIn({ orders: [order], denials: [] }).map((problem) => `${INDENT}${problem}`),
    ...(explanation.command === undefined ? signalLines(explanation) : commandLines(explanation)),
  ].join('\n');
}

/** What the account forecast of itself when the order was decided, and what was doubted of it until the fill. */
function accountLines({ order, forecast, doubts = [] }: Explanation): readonly string[] {
  const told =
    forecast === undefined || forecast.forecasts.length === 0
      ? []
      : [
          `account forecast of itself at ${at(forecast.t)}, with ${cashText(forecast.equity)}:`,
          ...accountForecastWords(forecast).map((words) => `${INDENT}${words}`),
        ];
  const doubted = doubts.flatMap(({ t, doubt }) => {
    const lines = doubt === null ? [`nothing of ${order.symbol} is doubted`] : doubtLines(doubt);
    return lines.map((line) => `${INDENT}${at(t)}  ${line}`);
  });
  return [...told, ...(doubted.length === 0 ? [] : [`doubted of the account, where it concerns ${order.symbol}:`, ...doubted])];
}

function commandLines({ command: { t, actor, reason, manual, seq } }: ExplainedCommand): readonly string[] {
  const { side, quantity, symbol, stop, target, minutes } = manual;
  return [
    `asked   by ${actor}${reason === '' ? '' : `, since ${reason}`}, after ${at(t)}  (message ${seq})`,
    `${INDENT}${side} ${shares(quantity)} ${symbol} at most, stop ${dollars(stop)}, target ${dollars(target)}, out after ${minutes} min`,
  ];
}

function signalLines({ signal, state, signalBar }: ExplainedSignal): readonly string[] {
  const { forward } = signal;
  return [
    `signal  ${signal.id}`,
    `${INDENT}${signal.direction > 0 ? 'up' : 'down'} from ${dollars(signal.reference)} over ${signal.horizonMinutes} min${signal.holdMinutes === null ? '' : `, held for ${signal.holdMinutes} at most`}: mean ${bp(forward.meanE8)}, sd ${bp(forward.sdE8)}, P(velocity > 0) ${share(signal.velocityUpPpm)}`,
    `state   ${state.model} (message ${state.seq})`,
    ...stateLines(state.figures).map(({ about, text }) => `${INDENT}${about.padEnd(ABOUT_WIDTH)} ${text}`),
    ...state.fitted.map(
      ({ version, fittedTo, seq }) => `${INDENT}fitted ${version}, to the bars up to ${at(fittedTo)} (message ${seq})`,
    ),
    `bar     ${barText(signalBar)}`,
  ];
}
