import { InvalidArgumentError, type Command } from 'commander';
import {
  benchArchive,
  benchBus,
  benchDecoding,
  benchExchange,
  benchGates,
  benchLatency,
  benchLive,
  benchMemory,
  benchOrders,
  benchScan,
  benchStream,
  measureRelay,
  type MemoryFigures,
  type PacedMarket,
} from '@aitrader/application-benchmark';
import { withHome, type OpenHome } from '@aitrader/application-supervision';
import type { BarSourceSpec } from '@aitrader/runtime-configuration';
import type { Progress } from '@aitrader/runtime-telemetry';
import { benchText, type BenchFigures } from '../bench-text.ts';
import { sourceOf } from '../bar-options.ts';
import { busOptions, homeOptions, refuseBusOptions, type BusOptions } from '../bus-options.ts';
import { loadMarket } from '../load-market.ts';
import { printJson, printText } from '../print.ts';
import { progressBar, say } from '../terminal.ts';

const PARTS = [
  'memory',
  'archive',
  'decoding',
  'stream',
  'scan',
  'gates',
  'exchange',
  'relay',
  'bus',
  'latency',
  'market',
  'live',
  'orders',
] as const;
type Part = (typeof PARTS)[number];
/** Measured within the process of the command. */
const OWN_PARTS: ReadonlySet<Part> = new Set(['memory', 'archive', 'decoding', 'stream', 'scan', 'gates', 'exchange'] as const);

const MEMORY_MARKETS = [
  { symbols: 12, intervals: 60_000 },
  { symbols: 500, intervals: 2_000 },
  { symbols: 8_000, intervals: 100 },
];
const BUS_MARKETS = [
  { symbols: 12, intervals: 20_000 },
  { symbols: 500, intervals: 8_000 },
];
const PACE_MS = 25;
const PACED_INTERVALS = 1_000;
const PACED = { symbols: 12, shards: 1, intervals: PACED_INTERVALS, paceMs: PACE_MS };
/** About what is listed in the United States. */
const WHOLE_MARKET = { symbols: 11_000, shards: 16, intervals: 150, paceMs: 1_000 };
/** As many, followed live, up to where the last minutes are fetched again. A minute is shortened: its work takes a second or two. */
const LIVE_MARKET = { symbols: 11_000, shards: 16, minutes: 10, minuteMs: 10_000, graceMs: 1_500, lookAgainMinutes: 15 };
const RELAY_MESSAGES = 2_000;

interface BenchOptions extends BusOptions {
  readonly only?: readonly Part[];
  readonly bars?: readonly string[];
  readonly panel?: string;
  readonly json: boolean;
}

function part(text: string, before: readonly Part[] = []): readonly Part[] {
  const known = PARTS.find((each) => each === text);
  if (known === undefined) throw new InvalidArgumentError(`must be one of ${PARTS.join(', ')}`);
  return [...before, known];
}

export function addBench(program: Command): void {
  const command = program
    .command('bench')
    .summary('measure speed and latency beside bare baselines')
    .description(
      'Measures the in-process host with what its time goes to, the reading of an archive, the decoding of live messages, a vendor’s stream from its socket to slices, a scan of thousands of symbols, the gates of risk over hundreds of signals, the paper exchange with orders and listeners, the five services over the bus, and the latency from the close of a slice to the decision on it, for a few symbols, for the whole US market and for one that is followed live, and an approved order’s way to a broker’s wire, each beside a bare baseline measured in the same run.',
    )
    .option('--only <part>', `one part alone: ${PARTS.join(', ')}; may be given several times`, part)
    .option('--bars <files...>', 'measure the in-process host on these bars, in place of the synthetic markets')
    .option('--panel <file>', 'measure scan on this file of daily bars, in place of one that is made')
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (options: BenchOptions) => {
    const parts = new Set<Part>(options.only ?? PARTS);
    if (options.bars !== undefined && !parts.has('memory')) throw new Error('--bars is for the part memory alone');
    if (options.panel !== undefined && !parts.has('scan')) throw new Error('--panel is for the part scan alone');
    const memory = parts.has('memory') ? { memory: await benchMemories(options.bars) } : {};
    const archive = parts.has('archive') ? { archive: await step('archive', ({ at }) => benchArchive(at)) } : {};
    const decoding = parts.has('decoding')
      ? { decoding: await step('decoding', ({ at }) => Promise.resolve(benchDecoding(at))) }
      : {};
    const stream = parts.has('stream') ? { stream: await step('stream', ({ at }) => benchStream(at)) } : {};
    const scan = parts.has('scan') ? { scan: await step('scan', ({ at }) => benchScan(options.panel, at)) } : {};
    const gates = parts.has('gates') ? { gates: await step('gates', ({ at }) => Promise.resolve(benchGates(at))) } : {};
    const exchange = parts.has('exchange') ? { exchange: await step('exchange', ({ at }) => benchExchange(at)) } : {};
    const needsBus = PARTS.some((each) => !OWN_PARTS.has(each) && parts.has(each));
    if (!needsBus) refuseBusOptions(command, 'the parts relay, bus, latency, market, live and orders');
    const bus = needsBus ? await withHome(homeOptions(options), (open) => benchServices(open, parts)) : {};
    const figures: BenchFigures = {
      node: process.version,
      ...memory,
      ...archive,
      ...decoding,
      ...stream,
      ...scan,
      ...gates,
      ...exchange,
      ...bus,
    };
    if (options.json) printJson(figures);
    else printText(benchText(figures));
  });
}

const step = async <T>(label: string, work: (progress: Progress) => Promise<T>): Promise<T> => {
  const progress = progressBar(label);
  return work(progress).finally(progress.done);
};

async function benchMemories(files: readonly string[] | undefined): Promise<MemoryFigures[]> {
  const sources: BarSourceSpec[] =
    files === undefined
      ? MEMORY_MARKETS.map((market) => ({ kind: 'synthetic', ...market }) as const)
      : [sourceOf({ bars: files })];
  const all: MemoryFigures[] = [];
  for (const source of sources) {
    const { table } = await loadMarket(source);
    all.push(await step('memory', ({ at }) => benchMemory(table, at)));
  }
  return all;
}

async function benchServices(
  open: OpenHome,
  parts: ReadonlySet<Part>,
): Promise<Pick<BenchFigures, 'relay' | 'bus' | 'latency' | 'market' | 'live' | 'orders'>> {
  const events = ({ at }: Progress): { onProgress: Progress['at']; warn: typeof say } => ({ onProgress: at, warn: say });
  // The relay is the yardstick of the other parts.
  const relay = await step('relay', () => measureRelay(open.bus, open.server, RELAY_MESSAGES, PACED_INTERVALS, PACE_MS));
  const bus = [];
  for (const { symbols, intervals } of parts.has('bus') ? BUS_MARKETS : [])
    bus.push(await step('bus', (progress) => benchBus(open, symbols, intervals, events(progress))));
  const paced = async (part: 'latency' | 'market', market: PacedMarket): Promise<Partial<BenchFigures>> =>
    parts.has(part) ? { [part]: await step(part, (progress) => benchLatency(open, market, events(progress))) } : {};
  return {
    relay,
    ...(bus.length === 0 ? {} : { bus }),
    ...(await paced('latency', PACED)),
    ...(await paced('market', WHOLE_MARKET)),
    ...(parts.has('orders') ? { orders: await step('orders', (progress) => benchOrders(open, events(progress))) } : {}),
    ...(parts.has('live') ? { live: await step('live', (progress) => benchLive(open, LIVE_MARKET, events(progress))) } : {}),
  };
}
