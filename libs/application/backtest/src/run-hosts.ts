import { anchorMeans, anchorRun, type AnchorMeans } from '@aitrader/application-proof';
import { assertTradable, marketOf, newManifest, openBars } from '@aitrader/application-markets';
import { runMarket } from '@aitrader/application-pipeline';
import { Recorder, resultOf } from '@aitrader/application-recordings';
import { deleteRun, requireRoom, runOnBus, type OpenHome } from '@aitrader/application-supervision';
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

/** A run in one process. With a home it leaves a recording; one that fails before its end deletes it again, and says so. */
export async function memoryHost(request: HostRun, open: OpenHome | undefined, record: boolean): Promise<RunReport> {
  const { run, kind, shards, config, listener } = request;
  const loading = listener.progress('loading');
  const bus = open === undefined ? noBus : (): Promise<Bus> => Promise.resolve(open.bus);
  const market = await openBars(request.source, bus, loading.at).finally(loading.done);
  assertTradable(config, market.bars.timeframe);
  for (const reading of market.readings ?? []) listener.remark(reading);
  if (market.cutShort !== undefined) listener.warn(`${market.cutShort}; running what stands before it`);
  if (open !== undefined && record) await requireRoom(open);
  const means = open !== undefined && record ? await anchorMeans(open) : undefined;
  const recorder =
    open !== undefined && record
      ? await Recorder.begin(open.bus, newManifest(run, kind, shards, config, marketOf(market)))
      : undefined;
  const progress = listener.progress('running');
  try {
    const result = await runMarket({
      bars: market.bars,
      parameters: market.parameters,
      ...(market.levels === undefined ? {} : { levels: market.levels }),
      ...(market.actions === undefined ? {} : { actions: market.actions }),
      config,
      shards,
      onProgress: progress.at,
      ...(recorder === undefined
        ? {}
        : { watchers: [recorder.add], flush: () => recorder.flush(), chunk: Recorder.CHUNK_INTERVALS }),
    });
    await recorder?.end();
    if (means !== undefined) await anchored(means, run, listener);
    return reportOf(run, 'memory', shards, result);
  } catch (error) {
    progress.done();
    if (open !== undefined && recorder !== undefined) await cleanUp(open, run, listener);
    throw error;
  } finally {
    progress.done();
  }
}

/** A run is there whether its anchors could be written or not. */
async function anchored(means: AnchorMeans, run: RunId, { warn }: Listener): Promise<void> {
  try {
    const { outsideProblem } = await anchorRun(means, run);
    if (outsideProblem !== undefined) warn(`anchors of ${run} are not outside: ${outsideProblem}`);
  } catch (error) {
    warn(`${run} is not anchored: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What one process decided it decides again: half a recording of it is of no use. */
async function cleanUp(open: OpenHome, run: RunId, { remark, warn }: Listener): Promise<void> {
  await deleteRun(open, run).then(
    () => remark(`${run} failed before its end, and what it had recorded is deleted`),
    (error: unknown) => {
      warn(`${run} failed before its end, and could not be deleted: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
}

/** A run over the bus, by the five services. What was recorded is kept, however it ends. @throws RunFailed */
export async function busHost(request: HostRun, open: OpenHome, checkpointEvery?: number): Promise<RunReport> {
  const { run, kind, shards, config, source, listener } = request;
  const progress = listener.progress('running');
  const { seconds } = await runOnBus(open, {
    run,
    spec: { source, speed: 0, shards, kind, config },
    onProgress: progress.at,
    onRestart: (stage, why) => listener.remark(`${stage} ended (${why}); restarting it`),
    onAnchorProblem: listener.warn,
    ...(checkpointEvery === undefined ? {} : { checkpointEvery }),
  }).finally(progress.done);
  const reading = listener.progress('digesting');
  const result = await resultOf(open.bus, run, reading.at).finally(reading.done);
  return reportOf(run, 'bus', shards, { ...result, seconds });
}
