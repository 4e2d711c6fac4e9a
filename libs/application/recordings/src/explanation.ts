import { decodeControl, recordedFigures, versionOf } from '@aitrader/contracts';
import { figuresOf, isOfUse, newFigureWalk, walkCommands, walkFigures, type FigureWalk } from '@aitrader/core-probability';
import {
  freshWriteOff,
  indexOfSymbol,
  item,
  manualSignalId,
  read,
  readUint32,
  type AccountForecast,
  type BarSlice,
  type Control,
  type CorporateAction,
  type Fill,
  type Followed,
  type ManualOrder,
  type ModelParameters,
  type Order,
  type OrderEvent,
  type OrderExit,
  type RunId,
  type Signal,
  type StateSlice,
  type Ticker,
  type Trip,
} from '@aitrader/model';
import { readRecording, readingMessage, type BrokenRecordingError, type Bus, type RecordedInterval } from '@aitrader/runtime-bus';
import { newInterval, signalsInOrder, type Interval } from '@aitrader/runtime-engine';
import { decodeInterval } from '@aitrader/application-pipeline';
import { BrokerLineage, type ExplainedBroker } from './broker-lineage.ts';
import { DoubtHistory, doubtsBetween, type SymbolDoubt } from './symbol-doubt.ts';

/** A bar as it was recorded, with the sequence of the message that holds it. */
export interface ExplainedBar {
  readonly t: number;
  readonly seq: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly flags: number;
}

/** Fitted parameters that were in force, with the sequence of the message that holds them. */
export interface ExplainedFit {
  readonly model: string;
  readonly version: string;
  readonly fittedTo: number;
  readonly seq: number;
}

/** A corporate action that changed what the order held before it filled, with the sequence of the message that tells it. */
export type ExplainedAction = CorporateAction & { readonly seq: number };

type RecordedFit = ModelParameters & { readonly seq: number };

/** The chain from a fill back to the very version of the bar, or to the command of the operator who asked for it. */
export type Explanation = ExplainedFill & (ExplainedSignal | ExplainedCommand);

/** A fill, and what became of its order. */
export interface ExplainedFill {
  readonly fill: Fill;
  /** null where the fill's symbol has no bar of its interval, as may be at a broker with a market of its own */
  readonly fillBar: ExplainedBar | null;
  /** what was asked of the broker for the order, and what it said; absent with the simulated broker */
  readonly broker?: ExplainedBroker;
  readonly events: readonly OrderEvent[];
  readonly order: Order;
  /** the strategy's word that it is to be left, with the message; absent where it gave none by the fill */
  readonly exit?: OrderExit & { readonly seq: number };
  /** the earlier run that the order was approved in, whose recording has its signal, state and bar; absent where it is this one */
  readonly orderedIn?: RunId;
  /** corporate actions between the order and the fill, in their order; absent when there were none */
  readonly actions?: readonly ExplainedAction[];
  /** commands by which shares of the order's symbol left the books, from the order on; absent when there were none */
  readonly writeOffs?: readonly (Control & { readonly seq: number })[];
  /** what the account forecast of itself last when the order was decided, as it was recorded; absent where it had told nothing by then */
  readonly forecast?: AccountForecast;
  /** what was doubted of the account and concerns the symbol, from the order on until the fill; absent where nothing was, or was said */
  readonly doubts?: readonly SymbolDoubt[];
  /** halts that were tripped from the order on until the fill; absent when there were none */
  readonly trips?: readonly Trip[];
  /** why what happened later may be missing: the recording of a run that failed cannot be read further; null otherwise */
  readonly cutShort: string | null;
}

/** What a strategy believed, and what that rested on. */
export interface ExplainedSignal {
  readonly signal: Signal;
  readonly state: {
    readonly model: string;
    readonly seq: number;
    readonly fitted: readonly ExplainedFit[];
    readonly figures: Readonly<Record<string, number>>;
  };
  readonly signalBar: ExplainedBar;
  readonly command?: undefined;
}

/** What an operator asked for, with the sequence of the message. */
export interface ExplainedCommand {
  readonly command: Pick<Control, 't' | 'actor' | 'reason'> & { readonly manual: ManualOrder; readonly seq: number };
  readonly signal?: undefined;
  readonly state?: undefined;
  readonly signalBar?: undefined;
}

/** Thrown when a recording has no such fill. */
export class UnknownFillError extends Error {
  override readonly name = 'UnknownFillError';
  constructor(run: RunId, fill: string, fills: readonly Fill[]) {
    const some = fills.slice(0, 8).map(({ id }, i) => `  #${i + 1}  ${id}`);
    super(
      `${run} has no fill ${JSON.stringify(fill)}; it has ${fills.length}${some.length > 0 ? `, such as\n${some.join('\n')}` : ''}`,
    );
  }
}

type Cause = ExplainedSignal | ExplainedCommand;
type Origin = Cause & Pick<ExplainedFill, 'order' | 'forecast'>;

/** What a recording tells of its orders and fills. */
interface RunLineage {
  readonly run: RunId;
  readonly follows: Followed | null;
  readonly origins: ReadonlyMap<string, Origin>;
  /** of every order, those of an earlier run too */
  readonly events: ReadonlyMap<string, readonly OrderEvent[]>;
  /** orders of this run or an earlier one that were to be left */
  readonly exits: ReadonlyMap<string, NonNullable<ExplainedFill['exit']>>;
  readonly fills: readonly Fill[];
  readonly actions: readonly ExplainedAction[];
  readonly writeOffs: readonly (Control & { readonly seq: number })[];
  /** halts, by their ids */
  readonly trips: ReadonlyMap<string, Trip>;
  readonly doubts: readonly SymbolDoubt[];
  readonly broker: BrokerLineage;
  readonly found: Pick<ExplainedFill, 'fill' | 'fillBar'> | undefined;
  readonly broken: BrokenRecordingError | undefined;
}

/**
 * Explains one fill of a recording, named by its id or by `#n`, the n-th of the run. An order of a run that this one goes on from is looked
 * for there.
 * @throws UnknownFillError, UnknownRunError, BrokenRecordingError
 */
export async function explainFill(
  bus: Bus,
  run: RunId,
  wanted: string,
  onProgress: (share: number) => void,
): Promise<Explanation> {
  const own = await readLineage(bus, run, wanted, onProgress);
  const { found, broken, fills } = own;
  if (found === undefined) throw broken ?? new UnknownFillError(run, wanted, fills);
  const { fill } = found;
  const chain = [own];
  for (let first = own; !first.origins.has(fill.orderId); chain.unshift(first)) {
    if (first.follows === null) throw broken ?? new UnknownFillError(run, wanted, fills);
    first = await readLineage(bus, first.follows.run, '', onProgress);
  }
  const begun = item(chain, 0);
  const origin = begun.origins.get(fill.orderId);
  if (origin === undefined) throw new UnknownFillError(run, wanted, fills);
  const { order } = origin;
  const exit = chain.map(({ exits }) => exits.get(order.id)).find((said) => said !== undefined);
  const actions = chain.flatMap((each) => each.actions).filter((action) => isBetween(action, order, fill));
  const off = chain
    .flatMap((each) => each.writeOffs)
    .filter(({ t: at, writeOffs: [one] }) => one?.symbol === fill.symbol && at >= order.t);
  const trips = halts(chain).filter(({ t: at }) => at >= order.t && at <= fill.t);
  const doubts = doubtsBetween(
    chain.flatMap((each) => each.doubts),
    order.symbol,
    order.t,
    fill.t,
  );
  const broker = mergedBroker(chain.map((each) => each.broker.of(order.id)));
  return {
    ...origin,
    ...found,
    events: chain.flatMap(({ events }) => events.get(order.id) ?? []),
    ...(exit === undefined || exit.t >= fill.t ? {} : { exit }),
    ...(begun === own ? {} : { orderedIn: begun.run }),
    ...(broker === undefined ? {} : { broker }),
    ...(actions.length === 0 ? {} : { actions }),
    ...(off.length === 0 ? {} : { writeOffs: off }),
    ...(doubts.length === 0 ? {} : { doubts }),
    ...(trips.length === 0 ? {} : { trips }),
    cutShort: broken?.message ?? null,
  };
}

/** Every halt of a chain of runs once: one that goes over keeps its id. */
const halts = (chain: readonly RunLineage[]): readonly Trip[] => [...new Map(chain.flatMap((each) => [...each.trips])).values()];

const isBetween = ({ symbol, exAt }: ExplainedAction, order: Order, fill: Fill): boolean =>
  (symbol === order.symbol || symbol === fill.symbol) && exAt >= order.t && exAt < fill.t;

/** What was asked and said in one run after the other. */
function mergedBroker(all: readonly (ExplainedBroker | undefined)[]): ExplainedBroker | undefined {
  const known = all.filter((one) => one !== undefined);
  if (known.length === 0) return undefined;
  return { requests: known.flatMap(({ requests }) => requests), reports: known.flatMap(({ reports }) => reports) };
}

async function readLineage(bus: Bus, run: RunId, wanted: string, onProgress: (share: number) => void): Promise<RunLineage> {
  const origins = new Map<string, Origin>();
  const events = new Map<string, OrderEvent[]>();
  const exits = new Map<string, NonNullable<ExplainedFill['exit']>>();
  const fills: Fill[] = [];
  const fits: RecordedFit[] = [];
  const actions: ExplainedAction[] = [];
  const writtenOff = new Set<string>();
  const writeOffs: (Control & { readonly seq: number })[] = [];
  const trips = new Map<string, Trip>();
  const doubts = new DoubtHistory();
  let forecast: AccountForecast | null = null;
  const lineage = new BrokerLineage();
  let found: RunLineage['found'];
  const asked = new Map<string, ExplainedCommand>();
  let interval: Interval | undefined;
  let walk: FigureWalk | undefined;
  const { broken, manifest } = await readRecording(bus, run, {
    onProgress,
    untilBroken: true,
    onInterval: (recorded, { shards, timeframe, config }) => {
      interval ??= newInterval(shards, timeframe);
      walk ??= newFigureWalk(config.probability.calibrationHalfLifeBars);
      decodeInterval(recorded, interval);
      const commands = recorded.control.map(({ data }) => decodeControl(data));
      walkCommands(walk, commands, interval.t);
      for (const message of recorded.broker) readingMessage(message, () => lineage.add(message));
      for (const [shard, bars] of interval.bars.entries()) walkFigures(walk, bars, item(interval.states, shard));
      for (const [i, command] of commands.entries()) {
        const { parameters, actions: told } = command;
        const { seq } = item(recorded.control, i);
        noteAsked(asked, command, seq);
        fits.push(...parameters.map((fit) => ({ ...fit, seq })));
        actions.push(...told.map((action) => ({ ...action, seq })));
        if (freshWriteOff(writtenOff, command) !== undefined) writeOffs.push({ ...command, seq });
      }
      for (const event of interval.report.events) events.set(event.orderId, [...(events.get(event.orderId) ?? []), event]);
      for (const fill of interval.report.fills) {
        fills.push(fill);
        if (fill.id === wanted || `#${fills.length}` === wanted)
          found = { fill, fillBar: hasBar(interval, fill.symbol) ? barOf(recorded, interval, fill.symbol) : null };
      }
      doubts.note(interval.t, interval.report.doubt);
      forecast = interval.decision.forecast ?? forecast;
      for (const trip of interval.decision.trips) trips.set(trip.id, trip);
      for (const exit of interval.decision.exits)
        exits.set(exit.orderId, { ...exit, seq: recorded.message('orders', -1)?.seq ?? 0 });
      const signals = signalsOf(recorded, interval, fits, walk);
      for (const order of interval.decision.orders) {
        const cause: Cause | undefined = signals.get(order.signalId) ?? asked.get(order.signalId);
        const told = forecast === null ? {} : { forecast };
        if (cause !== undefined) origins.set(order.id, { ...cause, ...told, order });
      }
    },
  });
  const told = { origins, events, exits, fills, actions, writeOffs, trips };
  return { run, follows: manifest.follows, ...told, doubts: doubts.changes, broker: lineage, found, broken };
}

/** Notes what operators ask for, by what it is answered under: what is said again is not done again. */
function noteAsked(asked: Map<string, ExplainedCommand>, { t, actor, reason, manual }: Control, seq: number): void {
  for (const one of manual) {
    const id = manualSignalId(one);
    if (!asked.has(id)) asked.set(id, { command: { t, actor, reason, manual: one, seq } });
  }
}

function signalsOf(
  recorded: RecordedInterval,
  interval: Interval,
  fits: readonly RecordedFit[],
  walk: FigureWalk,
): Map<string, ExplainedSignal> {
  return new Map(
    signalsInOrder(interval).map((signal) => {
      const { id, symbol } = signal;
      const signalBar = barOf(recorded, interval, symbol);
      const state = { ...stateOf(recorded, interval, symbol, walk), fitted: inForce(fits, symbol, signalBar.seq, interval) };
      return [id, { signal, state, signalBar }];
    }),
  );
}

/** The parameters of a symbol that the probability stage had taken up with the message `seq`: of each model the last. */
function inForce(fits: readonly RecordedFit[], symbol: Ticker, seq: number, { t, bars }: Interval): ExplainedFit[] {
  const { timeframe } = shardHolding(bars, symbol);
  const heard = fits.filter((fit) => fit.symbol === symbol && fit.seq < seq && isOfUse(fit, timeframe, t));
  const byModel = new Map(
    heard.map(({ model, version, fittedTo, seq: told }) => [model, { model, version, fittedTo, seq: told }]),
  );
  return [...byModel.values()];
}

const hasBar = ({ bars }: Interval, symbol: Ticker): boolean =>
  bars.some(({ symbols, count }) => symbols.slice(0, count).includes(symbol));

function shardHolding<T extends BarSlice | StateSlice>(slices: readonly T[], symbol: Ticker): T {
  const holder = slices.find(({ symbols, count }) => symbols.slice(0, count).includes(symbol));
  if (holder === undefined) throw new Error(`no bar of ${symbol} where one must be`);
  return holder;
}

function barOf(recorded: RecordedInterval, { bars }: Interval, symbol: Ticker): ExplainedBar {
  const slice = shardHolding(bars, symbol);
  const i = indexOfSymbol(slice, symbol);
  const { t, open, high, low, close, volume, flags } = slice;
  return {
    t,
    seq: recorded.message('bars', slice.shard)?.seq ?? 0,
    open: read(open, i),
    high: read(high, i),
    low: read(low, i),
    close: read(close, i),
    volume: read(volume, i),
    flags: readUint32(flags, i),
  };
}

/** A symbol's state with every figure: as recorded by a version that carried them all, else with those that follow. */
function stateOf(
  recorded: RecordedInterval,
  { bars, states }: Interval,
  symbol: Ticker,
  walk: FigureWalk,
): Omit<ExplainedSignal['state'], 'fitted'> {
  const slice = shardHolding(states, symbol);
  const message = recorded.message('states', slice.shard);
  const version = message === undefined ? undefined : versionOf(message.subject)?.version;
  const figures =
    message?.stored === undefined || version === undefined ? undefined : recordedFigures(version, message.stored, symbol);
  return {
    model: slice.model,
    seq: message?.seq ?? 0,
    figures: figures ?? figuresOf(walk, shardHolding(bars, symbol), slice, symbol),
  };
}
