import { newManifest } from '@aitrader/adapter-bar-sources';
import type { RunConfig, RunId, RunKind } from '@aitrader/model';
import { type Bus } from '@aitrader/runtime-bus';
import type { BarSourceSpec } from '@aitrader/runtime-configuration';
import { discardRun, runOnBus } from './bus-run.ts';
import type { OpenHome } from './home.ts';
import { loadMarket } from './load-market.ts';
import { runInMemory } from './memory-run.ts';
import { resultOf } from './recorded-result.ts';
import { Recorder } from './recorder.ts';
import { reportOf, type RunReport } from './report.ts';
import { progressBar, remark } from './terminal.ts';

export interface HostRun {
  readonly run: RunId;
  readonly kind: Exclude<RunKind, 'live'>;
  readonly source: BarSourceSpec;
  readonly shards: number;
  readonly config: RunConfig;
}

const noBus = (): Promise<Bus> => Promise.reject(new Error('this source needs no bus'));

/** A run in one process. With a home it leaves a recording; a failed one leaves none. */
export async function memoryHost(request: HostRun, open: OpenHome | undefined, record: boolean): Promise<RunReport> {
  const { run, kind, shards, config } = request;
  const market = await loadMarket(request.source, open === undefined ? noBus : () => Promise.resolve(open.bus));
  const recorder =
    open !== undefined && record ? await Recorder.begin(open.bus, newManifest(run, kind, shards, config, market)) : undefined;
  const progress = progressBar('running');
  try {
    const result = await runInMemory({
      table: market.table,
      parameters: market.parameters,
      config,
      shards,
      onProgress: progress.at,
      ...(recorder === undefined
        ? {}
        : { watchers: [recorder.add], flush: () => recorder.flush(), chunk: Recorder.CHUNK_INTERVALS }),
    });
    await recorder?.end();
    return reportOf(run, 'memory', shards, result);
  } catch (error) {
    if (open !== undefined && recorder !== undefined) await discardRun(open.bus, run);
    throw error;
  } finally {
    progress.done();
  }
}

/** A run over the bus, by the five services; a failed one leaves no recording. */
export async function busHost(request: HostRun, open: OpenHome, checkpointEvery?: number): Promise<RunReport> {
  const { run, kind, shards, config, source } = request;
  const progress = progressBar('running');
  try {
    const { seconds } = await runOnBus(open, {
      run,
      spec: { source, speed: 0, shards, kind, config },
      onProgress: progress.at,
      onRestart: (stage, why) => remark(`${stage} ended (${why}); restarting it`),
      ...(checkpointEvery === undefined ? {} : { checkpointEvery }),
    });
    progress.done();
    const reading = progressBar('digesting');
    const result = await resultOf(open.bus, run, reading.at);
    reading.done();
    return reportOf(run, 'bus', shards, { ...result, seconds });
  } catch (error) {
    progress.done();
    await discardRun(open.bus, run);
    throw error;
  }
}
