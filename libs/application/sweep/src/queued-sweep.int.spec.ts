import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { marketOf, openBars, type OpenMarket } from '@aitrader/application-markets';
import { item } from '@aitrader/model';
import {
  accessOf,
  connectOrStart,
  locateNatsServer,
  openBus,
  type Bus,
  type ManagedNatsServer,
  type WorkQueue,
} from '@aitrader/runtime-bus';
import { configHashOf, SIMULATED_DEFAULTS, type BarSourceSpec } from '@aitrader/runtime-configuration';
import { SILENT } from '@aitrader/runtime-telemetry';
import { trialsOf, type Trial } from './grid.ts';
import { codeHash, marketHashOf } from './hash-of.ts';
import { encodePart, keyOfPart, laneOf } from './queue-part.ts';
import { TAKEN_MAX, workOnce } from './queue-work.ts';
import { workForSweeps, type Places, type WorkDone } from './queue-worker.ts';
import { openSweepQueue } from './queued-sweep.ts';
import { runSweep, type SweepReport } from './run-sweep.ts';
import { crewOf, type TrialWorker } from './trial-workers.ts';

const PROJECT_HOME = path.resolve(import.meta.dirname, '../../../../.aitrader');
const WORKER = path.resolve(import.meta.dirname, '../testing/queue-worker.cli.ts');
const ACK_WAIT_MS = 1_500;
const POLL_MS = 10;
const TRIES_MS_MAX = 120_000;
const SAMPLE: BarSourceSpec = { kind: 'sample', to: '2024-07-02' };
const GRID = { 'probability.warmUpBars': [20, 30], 'risk.kellyFraction': [0.1, 0.15, 0.2, 0.25, 0.3, 0.35] };

const open = (source: BarSourceSpec): Promise<OpenMarket> => openBars(source, () => Promise.reject(new Error('no bus')));
const timeless = ({ seconds, resumed, ...report }: SweepReport) => {
  expect([seconds, resumed]).toEqual([expect.any(Number), expect.any(Number)]);
  return report;
};

/** The trial with a strategy of a kind that there is none of. */
function failing(trial: Trial): Trial {
  const [strategy] = trial.config.strategies;
  const config = { ...trial.config, strategies: [{ ...item([strategy], 0), kind: 'none' }] } as Trial['config'];
  return { ...trial, config, configHash: configHashOf(config) };
}

const MINUTE_MS = 60_000;
const T0 = Date.parse('2024-03-04T14:30:00Z');

function writeBars(file: string, price: number): void {
  const rows = Array.from({ length: 30 }, (_, i) => `${T0 + i * MINUTE_MS},${price},${price},${price},${price},100,AAPL`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, ['ts,open,high,low,close,volume,symbol', ...rows, ''].join('\n'));
}

describe('a sweep on a queue', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'queued-sweep-'));
  const trials = trialsOf(GRID, 'the grid', SIMULATED_DEFAULTS);
  let server: ManagedNatsServer;
  let bus: Bus;
  let queue: WorkQueue;
  let market: OpenMarket;
  let alone: SweepReport;
  let lane: string;
  const children = new Set<ChildProcess>();

  beforeAll(async () => {
    const { path: binary } = await locateNatsServer({ home: PROJECT_HOME });
    server = await connectOrStart({ home, binary, supervise: true, env: { ...process.env, NATS_URL: '' } });
    bus = await openBus(accessOf(server, 'sweep'), 'sweep under test');
    market = await open(SAMPLE);
    lane = laneOf({ code: codeHash(), market: marketHashOf(market) });
    alone = await runSweep({ market, source: SAMPLE, trials, workers: 1, listener: SILENT });
  }, TRIES_MS_MAX);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await bus.nc.close();
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });
  beforeEach(async () => {
    queue = await openSweepQueue(bus, { ackWaitMs: ACK_WAIT_MS });
    const streams = await bus.js.jetstreamManager(false);
    for (const stream of ['PARTS', 'TOLD']) await streams.streams.purge(`AITRADER_SWEEP_${stream}`);
  });

  interface Begun {
    readonly report: Promise<SweepReport>;
    readonly stop: () => void;
  }
  /** A sweep that only waits for what others do, unless it has workers. */
  function coordinator(more: Partial<Parameters<typeof runSweep>[0]> = {}): Begun {
    const stopping = new AbortController();
    const queued = { queue, signal: stopping.signal };
    const report = runSweep({ market, source: SAMPLE, trials, workers: 0, listener: SILENT, queued, ...more });
    report.catch(() => undefined);
    return { report, stop: () => stopping.abort(new Error('stopped')) };
  }
  const worker = (places: Places = {}): Promise<WorkDone> => {
    const signal = new AbortController().signal;
    return workForSweeps({ queue, workers: 1, places, untilEmpty: true, signal, open, listener: SILENT });
  };
  const partsLie = async (): Promise<void> => {
    while ((await queue.unfinished()).length === 0) await sleep(POLL_MS);
  };
  /** Parts that somebody has in hand. */
  const inHand = async (): Promise<number> => {
    const streams = await bus.js.jetstreamManager(false);
    const info = await streams.consumers.info('AITRADER_SWEEP_PARTS', lane).catch(() => undefined);
    return info?.num_ack_pending ?? 0;
  };
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) await sleep(POLL_MS);
  };
  interface WorkerProcess {
    readonly child: ChildProcess;
    /** it is in the middle of a part */
    readonly working: Promise<void>;
    readonly done: Promise<WorkDone>;
  }
  function workerProcess(): WorkerProcess {
    const args = ['--conditions=@aitrader/source', '--disable-warning=ExperimentalWarning', WORKER];
    const child = spawn(process.execPath, [...args, server.url, path.join(home, 'keys'), String(ACK_WAIT_MS)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    children.add(child);
    let said = '';
    const working = new Promise<void>((resolve) =>
      child.stdout?.on('data', (data: Buffer) => {
        said += data.toString();
        if (said.startsWith('working')) resolve();
      }),
    );
    const lastLine = (): string => said.trimEnd().split('\n').at(-1) ?? '';
    const done = new Promise<WorkDone>((resolve, reject) =>
      child.once('close', (code) =>
        code === 0 ? resolve(JSON.parse(lastLine()) as WorkDone) : reject(new Error(`ended with ${code}`)),
      ),
    );
    done.catch(() => undefined);
    return { child, working, done };
  }
  const linesIn = (folder: string): readonly string[] =>
    readFileSync(path.join(folder, 'results.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '');

  it(
    'reports what one without a queue does, by its own workers or those of others',
    async () => {
      expect(timeless(await coordinator({ workers: 1 }).report)).toEqual(timeless(alone));
      // what was told counts for whoever comes later, and is not run again
      expect(timeless(await coordinator().report)).toEqual(timeless(alone));
      expect(await queue.unfinished()).toEqual([]);
    },
    TRIES_MS_MAX,
  );

  it(
    'is not run twice for two coordinators, whatever one of them has already',
    async () => {
      const into = path.join(home, 'known');
      await runSweep({ market, source: SAMPLE, trials: trials.slice(0, 2), workers: 1, into, listener: SILENT });
      const both = [coordinator({ into }), coordinator()];
      await until(async () => (await queue.toldAfter(lane, 0)) !== undefined);
      await partsLie();
      const done = await worker();
      for (const { report } of both) expect(timeless(await report)).toEqual(timeless(alone));
      expect(done).toEqual({ parts: 2, trials: 10 });
      expect(linesIn(into)).toHaveLength(12);
    },
    TRIES_MS_MAX,
  );

  it(
    'has the part of a worker that was killed taken again',
    async () => {
      const into = path.join(home, 'killed');
      const { report } = coordinator({ into });
      await partsLie();
      const { child, working } = workerProcess();
      await working;
      child.kill('SIGKILL');
      const told = await queue.toldAfter(lane, 0);
      const done = await worker();
      expect(told).toBeUndefined();
      expect(done).toEqual({ parts: 2, trials: 12 });
      expect(timeless(await report)).toEqual(timeless(alone));
      expect(linesIn(into)).toHaveLength(12);
    },
    TRIES_MS_MAX,
  );

  it(
    'counts once what a worker that was thought dead did as well',
    async () => {
      const into = path.join(home, 'twice');
      const { report } = coordinator({ into });
      await partsLie();
      const { child, working, done: late } = workerProcess();
      await working;
      child.kill('SIGSTOP');
      expect(await worker()).toEqual({ parts: 2, trials: 12 });
      child.kill('SIGCONT');
      // it ran the part to its end, and found that it was told
      expect((await late).trials).toBe(6);
      expect(timeless(await report)).toEqual(timeless(alone));
      expect(linesIn(into)).toHaveLength(12);
      expect(await queue.unfinished()).toEqual([]);
    },
    TRIES_MS_MAX,
  );

  it(
    'withdraws its parts when it is stopped, and goes on when it is begun again',
    async () => {
      const first = coordinator();
      await partsLie();
      first.stop();
      await expect(first.report).rejects.toThrow('stopped');
      expect(await queue.unfinished()).toEqual([]);
      expect(timeless(await coordinator({ workers: 1 }).report)).toEqual(timeless(alone));
    },
    TRIES_MS_MAX,
  );

  it(
    'goes back to the queue when its worker is stopped',
    async () => {
      const { report } = coordinator();
      await partsLie();
      const stopping = new AbortController();
      const signal = stopping.signal;
      const stopped = workForSweeps({ queue, workers: 1, places: {}, untilEmpty: true, signal, open, listener: SILENT });
      await until(async () => (await inHand()) > 0);
      stopping.abort(new Error('stopped'));
      expect(await stopped).toEqual({ parts: 0, trials: 0 });
      const again = await queue.take(lane, 1_000);
      expect(again?.taken).toBe(2);
      await again?.giveBack();
      expect(await worker()).toEqual({ parts: 2, trials: 12 });
      expect(timeless(await report)).toEqual(timeless(alone));
    },
    TRIES_MS_MAX,
  );

  it(
    'ends with the trial that fails, and with nothing left on the queue',
    async () => {
      const broken = trials.map((trial): Trial => (trial.index === 4 ? failing(trial) : trial));
      const into = path.join(home, 'failed');
      const failed = coordinator({ trials: broken, workers: 1, into });
      await expect(failed.report).rejects.toThrow(/^trial 5 \(probability\.warmUpBars 20, risk\.kellyFraction 0\.3\): /);
      expect(await queue.unfinished()).toEqual([]);
      const plain = runSweep({ market, source: SAMPLE, trials: broken, workers: 1, listener: SILENT });
      await expect(plain).rejects.toThrow(/^trial 5 \(probability\.warmUpBars 20, risk\.kellyFraction 0\.3\): /);
      // a failure is of one try: what is mended is tried again
      expect(timeless(await coordinator({ workers: 1, into }).report)).toEqual(timeless(alone));
    },
    TRIES_MS_MAX,
  );

  it(
    'ends when a part takes its workers down with it',
    async () => {
      const { report } = coordinator();
      await partsLie();
      for (let times = 0; times < TAKEN_MAX; times++) await (await queue.take(lane, 1_000))?.giveBack();
      await worker();
      await expect(report).rejects.toThrow(
        '6 trials (1 to 6) were taken 5 times by workers, none of which came to the end of it',
      );
    },
    TRIES_MS_MAX,
  );

  it(
    'takes no result for one that is not whole, nor two that differ',
    async () => {
      const { configHash } = item(trials, 0);
      const key = keyOfPart(trials.slice(0, 2));
      await queue.put({ lane, key }, encodePart(trials.slice(0, 2), marketOf(market), SAMPLE));
      const here = item(crewOf(1, market, { source: SAMPLE, market: marketHashOf(market) }), 0);
      const overtaken: TrialWorker = {
        ...here,
        run: async (configs, onProgress) => {
          await queue.tell(lane, 'result', configHash, 'another result');
          return here.run(configs, onProgress);
        },
      };
      const ground = { code: codeHash(), market: marketHashOf(market) };
      await workOnce({ queue, lane, ground, worker: overtaken, signal: new AbortController().signal }, 1_000);
      expect(Buffer.from((await queue.told(lane, 'failure', key)) ?? []).toString()).toBe(
        'trial 1 (probability.warmUpBars 20, risk.kellyFraction 0.1) came to other results at another worker: one of them does not compute as this one does',
      );
      await expect(coordinator().report).rejects.toThrow(
        `configuration ${configHash} on the queue is no whole result of this sweep`,
      );
      expect(await queue.unfinished()).toEqual([]);
    },
    TRIES_MS_MAX,
  );

  it(
    'is not for a worker with other bars or other code, and loses no part to it',
    async () => {
      const file = path.join(home, 'bars.csv');
      const other = path.join(home, 'other', 'bars.csv');
      const source: BarSourceSpec = { kind: 'files', paths: [file] };
      writeBars(file, 10);
      writeBars(other, 11);
      const small = { market: await open(source), source, trials: trials.slice(0, 2) };
      const { report } = coordinator(small);
      await partsLie();
      await expect(worker({ bars: [other] })).rejects.toThrow(
        /^the bars here are not its own: "bars\.csv" has the SHA-256 \w{64}, not \w{64}; say where those are with --bars$/,
      );
      await expect(worker({ bars: [path.join(home, 'none.csv')] })).rejects.toThrow(
        /its bars cannot be opened here: .*none\.csv/,
      );
      const [part] = await queue.unfinished();
      expect(part).toBeDefined();
      const moved = path.join(home, 'moved', 'bars.csv');
      writeBars(moved, 10);
      expect(await worker({ bars: [moved] })).toEqual({ parts: 1, trials: 2 });
      expect((await report).trials).toHaveLength(2);

      const text = encodePart(trials.slice(0, 1), marketOf(market), SAMPLE);
      await queue.put({ lane: 'another-code', key: keyOfPart(trials.slice(0, 1)) }, text.replace('"version":"', '"version":"9.'));
      await expect(worker()).rejects.toThrow(
        /^it is swept by 9\..* on Node v.*, and this is .*run the worker of the coordinator's build$/,
      );
    },
    TRIES_MS_MAX,
  );
});
