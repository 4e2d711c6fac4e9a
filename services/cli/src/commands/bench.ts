import type { Command } from 'commander';
import {
  benchBus,
  benchLatency,
  benchMemory,
  measureRelay,
  type BusFigures,
  type LatencyFigures,
  type MemoryFigures,
  type RelayFigures,
} from '@aitrader/application-benchmark';
import { withHome } from '@aitrader/application-supervision';
import type { Progress } from '@aitrader/runtime-telemetry';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { printJson, printText } from '../print.ts';
import { count, progressBar, say } from '../terminal.ts';

const FEW_SYMBOLS = 12;
const MANY_SYMBOLS = 500;
const MEMORY_INTERVALS = { few: 60_000, many: 2_000 };
const BUS_INTERVALS = { few: 20_000, many: 8_000 };
const PACE_MS = 25;
const PACED_INTERVALS = 1_000;
const RELAY_MESSAGES = 2_000;

interface BenchFigures {
  readonly node: string;
  readonly memory: readonly MemoryFigures[];
  readonly bus: readonly BusFigures[];
  readonly latency: LatencyFigures;
  readonly relay: RelayFigures;
}

export function addBench(program: Command): void {
  const command = program
    .command('bench')
    .summary('measure speed and latency beside bare baselines')
    .description(
      'Measures the in-process host, the five services over the bus, and the latency from the close of a slice to the decision on it, each beside a bare baseline measured in the same run.',
    )
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (options: BusOptions & { json: boolean }) => {
    await withHome(homeOptions(options), async (open) => {
      const step = async <T>(label: string, work: (progress: Progress) => Promise<T>): Promise<T> => {
        const progress = progressBar(label);
        return work(progress).finally(progress.done);
      };
      const figures: BenchFigures = {
        node: process.version,
        memory: [
          await step('memory', ({ at }) => benchMemory(FEW_SYMBOLS, MEMORY_INTERVALS.few, at)),
          await step('memory', ({ at }) => benchMemory(MANY_SYMBOLS, MEMORY_INTERVALS.many, at)),
        ],
        relay: await step('relay', () => measureRelay(open.bus, open.server.url, RELAY_MESSAGES, PACED_INTERVALS, PACE_MS)),
        bus: [
          await step('bus', ({ at }) => benchBus(open, FEW_SYMBOLS, BUS_INTERVALS.few, { onProgress: at, warn: say })),
          await step('bus', ({ at }) => benchBus(open, MANY_SYMBOLS, BUS_INTERVALS.many, { onProgress: at, warn: say })),
        ],
        latency: await step('latency', ({ at }) =>
          benchLatency(open, FEW_SYMBOLS, PACED_INTERVALS, PACE_MS, { onProgress: at, warn: say }),
        ),
      };
      if (options.json) printJson(figures);
      else printText(benchText(figures));
    });
  });
}

const round = (value: number): string => count(Math.round(value));
const ms = (value: number): string => `${value.toFixed(2)} ms`;

function benchText({ node, memory, bus, latency, relay }: BenchFigures): string {
  return [
    `node ${node}`,
    ...memory.map(
      (figures) =>
        `in process, ${figures.symbols} symbols: ${round(figures.barsPerSecond)} bars/s, ${round(figures.slicesPerSecond)} slices/s` +
        ` (bare loop ${round(figures.bareBarsPerSecond)} bars/s: ${(figures.shareOfBare * 100).toFixed(0)} % of it;` +
        ` probability stage alone ${round(figures.probabilityBarsPerSecond)} bars/s);` +
        ` live memory ${figures.megabytesEarly.toFixed(1)} MB early, ${figures.megabytesLate.toFixed(1)} MB at the end`,
    ),
    ...bus.map(
      (figures) =>
        `bus, ${figures.symbols} symbols: ${round(figures.steadySlicesPerSecond)} slices/s, ${round(figures.steadyBarsPerSecond)} bars/s` +
        ` (${round(figures.slicesPerSecond)} slices/s with the start of the processes; bare five-hop relay` +
        ` ${round(relay.messagesPerSecond)} messages/s: ${(figures.steadySlicesPerSecond / relay.messagesPerSecond).toFixed(2)} of it)`,
    ),
    `close of slice → decision stored: p50 ${ms(latency.p50Ms)}, p99 ${ms(latency.p99Ms)} over ${count(latency.slices)} slices` +
      ` (bare five-hop relay: p50 ${ms(relay.p50Ms)}, p99 ${ms(relay.p99Ms)})`,
  ].join('\n');
}
