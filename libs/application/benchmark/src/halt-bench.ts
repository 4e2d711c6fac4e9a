import { newRunId } from '@aitrader/application-backtest';
import type { OpenHome } from '@aitrader/application-supervision';
import { decodeReports, subjectOf } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { lastOf, readLog } from '@aitrader/runtime-bus';
import { ApprovedRun, orderAt } from './approved-run.ts';
import { listenOn, type BrokerWire } from './broker-wire.ts';
import { startExchange } from './exchange-bench.ts';
import { quantileOf } from './quantile.ts';
import { scratch, type BenchEvents } from './scratch-run.ts';

const HALTS = 240;
/** The first ones find code that is not compiled. */
const WARM_UP_HALTS = 40;
/** Entries at work in symbols of their own when a halt comes. */
const ENTRIES = 10;
const PATIENCE_MS = 20_000;
const [MEDIAN, TAIL] = [0.5, 0.99];

/** From before an operator's halt is published, while no bars come: what it takes to be recorded is in it. */
export interface HaltFigures {
  readonly halts: number;
  /** entries that were at work at the broker when a halt came */
  readonly entries: number;
  /** to the last cancel's bytes at the broker's socket */
  readonly wireP50Ms: number;
  readonly wireP99Ms: number;
  /** to the broker's last `canceled` recorded, and read again */
  readonly canceledP50Ms: number;
  readonly canceledP99Ms: number;
}

/** How long a halt takes to the wire, and to be confirmed, by the real execution service, bus and paper exchange. */
export async function benchHalts(open: OpenHome, { onProgress, warn }: BenchEvents): Promise<HaltFigures> {
  const exchange = await startExchange();
  const wire = await listenOn(exchange.port);
  const run = newRunId('backtest');
  try {
    const times = await scratch(open, run, warn, () => timeHalts(open, run, wire, { onProgress, warn }));
    const measured = times.slice(WARM_UP_HALTS);
    const of = (which: keyof HaltTimes, share: number): number =>
      quantileOf(
        measured.map((one) => one[which]),
        share,
      );
    return {
      halts: measured.length,
      entries: ENTRIES,
      wireP50Ms: of('wireMs', MEDIAN),
      wireP99Ms: of('wireMs', TAIL),
      canceledP50Ms: of('canceledMs', MEDIAN),
      canceledP99Ms: of('canceledMs', TAIL),
    };
  } finally {
    wire.end();
    exchange.child.kill('SIGKILL');
  }
}

interface HaltTimes {
  readonly wireMs: number;
  readonly canceledMs: number;
}

async function timeHalts(
  open: OpenHome,
  run: RunId,
  wire: BrokerWire,
  { onProgress, warn }: BenchEvents,
): Promise<readonly HaltTimes[]> {
  const service = await ApprovedRun.begin(open, run, wire.port, warn);
  const told = await ToldKinds.read(open, run);
  const times: HaltTimes[] = [];
  try {
    for (let n = 0; n < HALTS; n++) {
      const working = told.next('new', ENTRIES);
      for (let entry = 0; entry < ENTRIES; entry++) service.approve([orderAt(n * ENTRIES + entry)]);
      await working;
      const [asked, canceled] = [wire.cancels(ENTRIES), told.next('canceled', ENTRIES)];
      const haltedAt = performance.now();
      await service.command('halt');
      times.push({ wireMs: (await asked) - haltedAt, canceledMs: (await canceled) - haltedAt });
      await service.command('resume');
      onProgress((n + 1) / HALTS);
    }
    return times;
  } finally {
    await told.stop();
    await service.end();
  }
}

/** What is told of entries in a recording, as it is recorded. */
class ToldKinds {
  #stop: () => Promise<void> = () => Promise.resolve();
  #awaited = '';
  #left = 0;
  #came: (at: number) => void = () => undefined;
  #failed: (error: Error) => void = () => undefined;

  static async read({ bus }: OpenHome, run: RunId): Promise<ToldKinds> {
    const told = new ToldKinds();
    const from = ((await lastOf(bus, run, 'reports'))?.seq ?? 0) + 1;
    const log = await readLog(bus, {
      run,
      subjects: [subjectOf(run, 'reports')],
      from,
      onMessage: ({ data }) => {
        const at = performance.now();
        for (const { kind } of decodeReports(data).words) if (kind === told.#awaited && --told.#left === 0) told.#came(at);
      },
      onError: (error) => told.#failed(error),
    });
    told.#stop = () => log.stop();
    return told;
  }

  /** Resolves with the time at which so many of a kind have come from now on. Rejects when that takes too long. */
  next(kind: 'new' | 'canceled', count: number): Promise<number> {
    this.#awaited = kind;
    this.#left = count;
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`${this.#left} of ${count} orders were not told to be ${kind}`)),
        PATIENCE_MS,
      );
      this.#failed = reject;
      this.#came = (at) => {
        clearTimeout(late);
        resolve(at);
      };
    });
  }

  async stop(): Promise<void> {
    await this.#stop();
  }
}
