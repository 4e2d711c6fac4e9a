import { loadBars, newManifest } from '@aitrader/application-markets';
import { runInMemory } from '@aitrader/application-pipeline';
import { Recorder, resultOf } from '@aitrader/application-recordings';
import { discardRun, runOnBus, type OpenHome } from '@aitrader/application-supervision';
import type { RunConfig, RunId, RunKind } from '@aitrader/model';
import { type Bus } from '@aitrader/runtime-bus';
import type { BarSourceSpec } from '@aitrader/runtime-configuration';
import type { Listener } from '@aitrader/runtime-telemetry';
import { reportOf, type RunReport } from './run-report.ts';

export interface HostRun {
  readonly run: RunId;
  readonly kind: Exclude<RunKind, 'live'>;
  readonly source: BarSourceSpec;
  readonly shards: number;
  readonly config: RunConfig;
  readonly listener: Listener;
}

const noBus = (): Promise<Bus> => Promise.reject(new Error('this source needs no bus'));

/** A run in one process. With a home it leaves a recording; a failed one leaves none. */
export async function memoryHost(request: HostRun, open: OpenHome | undefined, record: boolean): Promise<RunReport> {
  const { run, kind, shards, config, listener } = request;
  const loading = listener.progress('loading');
  const bus = open === undefined ? noBus : (): Promise<Bus> => Promise.resolve(open.bus);
  const market = await loadBars(request.source, bus, loading.at).finally(loading.done);
  const recorder =
    open !== undefined && record ? await Recorder.begin(open.bus, newManifest(run, kind, shards, config, market)) : undefined;
  const progress = listener.progress('running');
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
    if (open !== undefined && recorder !== undefined) await discardRun(open.bus, run, listener.warn);
    throw error;
  } finally {
    progress.done();
  }
}

/** A run over the bus, by the five services; a failed one leaves no recording. */
export async function busHost(request: HostRun, open: OpenHome, checkpointEvery?: number): Promise<RunReport> {
  const { run, kind, shards, config, source, listener } = request;
  const progress = listener.progress('running');
  try {
    const { seconds } = await runOnBus(open, {
      run,
      spec: { source, speed: 0, shards, kind, config },
      onProgress: progress.at,
      onRestart: (stage, why) => listener.remark(`${stage} ended (${why}); restarting it`),
      ...(checkpointEvery === undefined ? {} : { checkpointEvery }),
    });
    progress.done();
    const reading = listener.progress('digesting');
    const result = await resultOf(open.bus, run, reading.at);
    reading.done();
    return reportOf(run, 'bus', shards, { ...result, seconds });
  } catch (error) {
    progress.done();
    await discardRun(open.bus, run, listener.warn);
    throw error;
  }
}
