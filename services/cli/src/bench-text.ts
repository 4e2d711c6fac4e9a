import type {
  ArchiveFigures,
  BusFigures,
  DecodingFigures,
  ExchangeFigures,
  GateFigures,
  LatencyFigures,
  LiveFigures,
  MemoryFigures,
  OrderFigures,
  RelayFigures,
  ScanFigures,
  StreamFigures,
} from '@aitrader/application-benchmark';
import { count } from './terminal.ts';

/** What was measured; a part that was not asked for is absent. */
export interface BenchFigures {
  readonly node: string;
  readonly memory?: readonly MemoryFigures[];
  readonly archive?: ArchiveFigures;
  /** messages of a vendor's stream, by codec */
  readonly decoding?: readonly DecodingFigures[];
  /** the same from a socket to the slices, by codec */
  readonly stream?: readonly StreamFigures[];
  /** the command over a panel of daily bars */
  readonly scan?: ScanFigures;
  /** the gates of risk over the signals of one minute */
  readonly gates?: GateFigures;
  /** the paper exchange, with clients on its stream */
  readonly exchange?: ExchangeFigures;
  readonly relay?: RelayFigures;
  readonly bus?: readonly BusFigures[];
  readonly latency?: LatencyFigures;
  /** the whole US market, sharded */
  readonly market?: LatencyFigures;
  /** as many symbols, followed as they are streamed */
  readonly live?: LiveFigures;
  /** an approved order's way to a broker */
  readonly orders?: OrderFigures;
}

const round = (value: number): string => count(Math.round(value));
const ms = (value: number): string => `${value.toFixed(2)} ms`;
const times = (value: number, base: number): string => (value / base).toFixed(2);

/** Figures for people, each beside its bare baseline. */
export function benchText({
  node,
  memory,
  archive,
  decoding,
  stream,
  scan,
  gates,
  exchange,
  relay,
  bus,
  latency,
  market,
  live,
  orders,
}: BenchFigures): string {
  return [
    `node ${node}`,
    ...(memory ?? []).flatMap(memoryText),
    ...(archive === undefined ? [] : [archiveText(archive)]),
    ...(decoding ?? []).map(decodingText),
    ...(stream ?? []).map(streamText),
    ...(scan === undefined ? [] : [scanText(scan)]),
    ...(gates === undefined ? [] : [gatesText(gates)]),
    ...(exchange === undefined ? [] : [exchangeText(exchange)]),
    ...(relay === undefined
      ? []
      : [`bare five-hop relay: ${round(relay.messagesPerSecond)} messages/s; p50 ${ms(relay.p50Ms)}, p99 ${ms(relay.p99Ms)}`]),
    ...(bus ?? []).map((figures) => busText(figures, relay)),
    ...[latency, market].flatMap((figures) => (figures === undefined ? [] : [latencyText(figures, relay)])),
    ...(live === undefined ? [] : liveText(live, relay)),
    ...(orders === undefined ? [] : [ordersText(orders), haltsText(orders)]),
  ].join('\n');
}

const gatesText = (figures: GateFigures): string =>
  `risk: ${count(figures.signals)} signals of one minute held against ${figures.gates} gates each in ${ms(figures.decideMs)}, one alone in ${figures.singleMicros.toFixed(1)} µs, one in a minute of all in ${figures.rareMicros.toFixed(1)} µs besides ${figures.hearMicros.toFixed(1)} µs to hear them;` +
  ` their denials ${count(figures.bytes)} bytes, encoded in ${ms(figures.encodeMs)} and decoded in ${ms(figures.decodeMs)};` +
  ` an order signed in ${figures.signMicros.toFixed(1)} µs, and its signature checked in ${figures.checkMicros.toFixed(1)} µs`;

const decodingText = ({
  codec,
  messagesPerSecond,
  bareMessagesPerSecond,
  shareOfBare,
  bytesPerMessage,
}: DecodingFigures): string =>
  `a vendor's messages as ${codec}: ${round(messagesPerSecond)} messages/s decoded and checked, ${bytesPerMessage.toFixed(0)} bytes each` +
  ` (bare decoder ${round(bareMessagesPerSecond)} messages/s: ${(shareOfBare * 100).toFixed(1)} % of it)`;

const streamText = (figures: StreamFigures): string =>
  `a vendor's stream as ${figures.codec}, ${figures.perFrame === 1 ? '1 message' : `${count(figures.perFrame)} messages`} a frame, from its socket to slices: ${round(figures.messagesPerSecond)} messages/s,` +
  ` ${round(figures.messagesPerCoreSecond)} a second of a core (bare ws ${round(figures.bareMessagesPerSecond)} and` +
  ` ${round(figures.bareMessagesPerCoreSecond)} messages/s: ${((figures.messagesPerCoreSecond / figures.bareMessagesPerCoreSecond) * 100).toFixed(1)} % of it)`;

const scanText = (figures: ScanFigures): string =>
  `scan of ${count(figures.symbols)} symbols, ${count(figures.bars)} daily bars of ${figures.panel ?? 'a file made for it'}:` +
  ` ${figures.commandSeconds.toFixed(2)} s from command to prompt, of which ${figures.startSeconds.toFixed(2)} s to start;` +
  ` warm, one thread: ${figures.readSeconds.toFixed(2)} s to read (bare ${figures.bareReadSeconds.toFixed(2)} s), ${figures.scanSeconds.toFixed(2)} s to scan`;

const exchangeText = (figures: ExchangeFigures): string =>
  `paper exchange, ${count(figures.listeners)} clients on its stream: ${round(figures.ordersPerSecond)} orders/s, each update at every client;` +
  ` p50 ${ms(figures.p50Ms)}, p99 ${ms(figures.p99Ms)} (bare echo without clients ${round(figures.bareRequestsPerSecond)} requests/s,` +
  ` p50 ${ms(figures.bareP50Ms)}, p99 ${ms(figures.bareP99Ms)})`;

const ordersText = (figures: OrderFigures): string =>
  `approved order to the broker's wire, ${count(figures.orders)} of them: p50 ${ms(figures.p50Ms)}, p99 ${ms(figures.p99Ms)}` +
  ` (one bare hand-on over the bus p50 ${ms(figures.handedOnP50Ms)}, p99 ${ms(figures.handedOnP99Ms)};` +
  ` bare echo over HTTP p50 ${ms(figures.bareP50Ms)}, p99 ${ms(figures.bareP99Ms)});` +
  ` a report of ${count(figures.events)} in the order manager: mean ${figures.meanEventUs.toFixed(1)} µs, p99 ${figures.p99EventUs.toFixed(1)} µs`;

const haltsText = ({ halts, bareP50Ms, bareP99Ms }: OrderFigures): string =>
  `halt to the last of ${count(halts.entries)} entries at work, ${count(halts.halts)} of them, while no bars come:` +
  ` cancel on the wire p50 ${ms(halts.wireP50Ms)}, p99 ${ms(halts.wireP99Ms)};` +
  ` confirmed and recorded p50 ${ms(halts.canceledP50Ms)}, p99 ${ms(halts.canceledP99Ms)}` +
  ` (one bare echo over HTTP p50 ${ms(bareP50Ms)}, p99 ${ms(bareP99Ms)})`;

function memoryText(figures: MemoryFigures): string[] {
  return [
    `in process, ${count(figures.symbols)} symbols: ${round(figures.barsPerSecond)} bars/s, ${round(figures.slicesPerSecond)} slices/s` +
      ` (bare loop ${round(figures.bareBarsPerSecond)} bars/s: ${(figures.shareOfBare * 100).toFixed(1)} % of it;` +
      ` probability stage alone ${round(figures.probabilityBarsPerSecond)} bars/s;` +
      ` with three strategies ${round(figures.threeStrategiesBarsPerSecond)} bars/s: ${((figures.threeStrategiesBarsPerSecond / figures.barsPerSecond) * 100).toFixed(0)} % of that with one);` +
      ` live memory ${figures.megabytesEarly.toFixed(1)} MB early, ${figures.megabytesLate.toFixed(1)} MB at the end`,
    ...shareTable(figures),
  ];
}

/** A line for every part of the time that an interval takes. */
function shareTable({ times: { parts, bars, slices } }: MemoryFigures): string[] {
  const whole = parts.reduce((sum, { nanosPerBar }) => sum + nanosPerBar, 0);
  return [
    `  ${'part'.padEnd(12)} ${'ns a bar'.padStart(9)} ${'ns a slice'.padStart(11)} ${'share'.padStart(7)}   (${count(bars)} bars in ${count(slices)} slices)`,
    ...parts.map(
      ({ part, nanosPerBar, nanosPerSlice }) =>
        `  ${part.padEnd(12)} ${round(nanosPerBar).padStart(9)} ${round(nanosPerSlice).padStart(11)} ${`${((nanosPerBar / whole) * 100).toFixed(1)} %`.padStart(7)}`,
    ),
  ];
}

const archiveText = (figures: ArchiveFigures): string =>
  `archive, ${count(figures.symbols)} symbols, ${count(figures.bars)} bars: ${round(figures.barsPerSecond)} bars/s a core, read, checked and merged` +
  ` (bare reading ${round(figures.bareBarsPerSecond)} bars/s: ${(figures.shareOfBare * 100).toFixed(1)} % of it);` +
  ` ${figures.bytesPerBar.toFixed(1)} bytes a bar`;

function busText(figures: BusFigures, relay: RelayFigures | undefined): string {
  const beside =
    relay === undefined ? '' : `; ${times(figures.steadySlicesPerSecond, relay.messagesPerSecond)} of the relay’s messages/s`;
  return (
    `bus, ${count(figures.symbols)} symbols: ${round(figures.steadySlicesPerSecond)} slices/s, ${round(figures.steadyBarsPerSecond)} bars/s` +
    ` (${round(figures.slicesPerSecond)} slices/s with the start of the processes${beside})`
  );
}

function latencyText(figures: LatencyFigures, relay: RelayFigures | undefined): string {
  const { symbols, shards, paceMs, slices, p50Ms, p99Ms } = figures;
  const beside = relay === undefined ? '' : `: ${times(p50Ms, relay.p50Ms)} and ${times(p99Ms, relay.p99Ms)} of the relay’s`;
  const market = `${count(symbols)} symbols in ${shards === 1 ? '1 shard' : `${count(shards)} shards`}, a slice every ${count(paceMs)} ms`;
  return (
    `first bar of a slice stored → risk’s decision stored, ${market}: p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}` +
    ` over ${count(slices)} slices${beside}`
  );
}

function liveText(
  { symbols, shards, minutes, minuteMs, graceMs, bars, signals, way }: LiveFigures,
  relay: RelayFigures | undefined,
): string[] {
  const beside = relay === undefined ? '' : `; the bare relay’s five hops: p50 ${ms(relay.p50Ms)}, p99 ${ms(relay.p99Ms)}`;
  return [
    `live, ${count(symbols)} symbols in ${count(shards)} shards, ${count(minutes)} minutes of ${count(minuteMs)} ms each,` +
      ` ${count(bars)} bars on time, ${count(signals)} signals: stored beyond the grace of ${count(graceMs)} ms${beside}`,
    ...way.map(
      ({ fact, p50Ms, p99Ms, maxMs }) => `  ${fact.padEnd(10)} p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}, at most ${ms(maxMs)}`,
    ),
  ];
}
