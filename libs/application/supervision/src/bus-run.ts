import { setTimeout as sleep } from 'node:timers/promises';
import { anchorMeans, beginAnchoring, type AnchorMeans } from '@aitrader/application-proof';
import { intervalOf, type StageName } from '@aitrader/contracts';
import { runId, type EpochMs, type Manifest, type RunId } from '@aitrader/model';
import {
  BrokenRecordingError,
  Checkpoints,
  LeaseBucket,
  UnknownRunError,
  createRecording,
  deleteRecording,
  isComplete,
  lastOf,
  manifestOf,
  readingMessage,
  recordingInfo,
  type Bus,
} from '@aitrader/runtime-bus';
import { absoluteSource, codeIdentityNow, type IngestSpec } from '@aitrader/runtime-configuration';
import type { OpenHome } from './home.ts';
import { refusePlayedInMarket } from './going-on.ts';
import { holdRun, type HeldRun } from './run-holding.ts';
import { removeRunRecord } from './run-record.ts';
import { followExchange, startExchange, type ExchangeProcess } from './exchange-process.ts';
import { startJournal, type JournalProcess } from './journal-process.ts';
import { requireGeneration } from './promotion.ts';
import { ServiceFailed, Supervisor } from './supervisor.ts';

const POLL_MS = 40;
/** What is left after this long stays unfinished. */
const CATCH_UP_MS_MAX = 10_000;
const STOPPED = 'it was stopped';

export interface BusRun {
  readonly run: RunId;
  readonly spec: IngestSpec;
  readonly checkpointEvery?: number;
  /** variables that the feed is started with beside this process's own, which they override */
  readonly feedEnv?: Readonly<Record<string, string>>;
  readonly healthPort?: number | undefined;
  /** where the broker is asked, instead of its own address; of a paper exchange none: the run starts its own */
  readonly brokerUrl?: string | undefined;
  readonly onProgress?: (share: number) => void;
  readonly onRestart?: (stage: StageName, why: string) => void;
  /** writes the run into a database as it goes on; nothing waits for it but the very end, and that no longer than it gets on */
  readonly journal?: boolean;
  /** told, in a sentence, what keeps the journal from its database */
  readonly onJournal?: (words: string) => void;
  /** anchoring goes wrong: the run goes on, and is not anchored as far as this says */
  readonly onAnchorProblem?: (words: string) => void;
  /** resolves when the user wants to stop early */
  readonly stopped?: Promise<void>;
}

export interface BusRunEnd {
  /** from the manifest to risk's last decision, by the server's clock; of a run that was gone on with, pauses included */
  readonly seconds: number;
  readonly manifest: Manifest;
  /** whether it came to its end; it can be gone on with otherwise */
  readonly complete: boolean;
}

/** What is known to be in the recording of a run that failed. */
interface Kept {
  readonly decided: EpochMs | undefined;
  readonly hasFills: boolean;
}
const NOTHING_KNOWN: Kept = { decided: undefined, hasFills: false };

/** A run ended by a fault. What it had recorded is kept. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
  readonly run: RunId;
  /** the last interval that risk decided, when that is known */
  readonly decided: EpochMs | undefined;
  readonly hasFills: boolean;
  /** false when going on would end the same way */
  readonly mayGoOn: boolean;
  /** it was the bus that had no room */
  readonly needsRoom: boolean;
  constructor(run: RunId, cause: unknown, { decided, hasFills }: Kept) {
    super(`${run} failed: ${messageOf(cause)}`, { cause });
    this.run = run;
    this.decided = decided;
    this.hasFills = hasFills;
    const service = cause instanceof ServiceFailed ? cause : undefined;
    this.mayGoOn = service?.isInRecording !== true && !(cause instanceof BrokenRecordingError);
    this.needsRoom = service?.isForRoom === true;
  }
}

/**
 * Runs the five services over the bus until the feed has ended and risk has decided its last interval, then drains them. A run
 * that was begun before is gone on with: give it the same spec. What was recorded is kept, however the run ends; one that never
 * began leaves nothing behind.
 * Beside it its recording is anchored: nobody waits for that, and the run is not worse for what goes wrong with it.
 * @throws RunGoesOn, RunFailed, ServiceFailed when it never began
 */
export async function runOnBus(open: OpenHome, options: BusRun): Promise<BusRunEnd> {
  const { run } = options;
  const spec = withAbsolutePaths(options.spec);
  refusePlayedInMarket(spec);
  refuseOpenBus(open, spec);
  // one that has begun is gone on with by the code that began it, whatever was promoted since
  if (!(await hasBegun(open.bus, run))) await requireGeneration(open.home, spec);
  const means = await anchorMeans(open);
  const held = await holdRun(open, run, spec);
  let journal: JournalProcess | undefined;
  try {
    await beginRecording(open.bus, run);
    if (options.journal === true) journal = startJournal(open, options);
    await anchoredBeside(means, options, () => runServices(open, { ...options, spec }));
    if (!(await hasBegun(open.bus, run))) throw new Error(`${run} was stopped before anything was recorded`);
    const manifest = await manifestOf(open.bus, run);
    if (manifest === undefined) throw new Error(`${run} has no manifest`);
    const complete = await isComplete(open.bus, run, manifest);
    const seconds = await secondsOf(open.bus, run);
    // Where these cannot be done, the recording tells that it is complete or not, and checkpoints cost room alone.
    await (complete ? held.end('complete', '') : held.end('interrupted', STOPPED)).catch(() => undefined);
    if (complete) await Promise.all([Checkpoints.drop(open.bus, run), LeaseBucket.drop(open.bus, run)]).catch(() => undefined);
    return { manifest, complete, seconds };
  } catch (error) {
    throw await failed(open, run, held, error);
  } finally {
    await journal?.finish();
  }
}

/** Anchors a run for as long as work takes, and then what it has recorded to the end. */
async function anchoredBeside(means: AnchorMeans, { run, onAnchorProblem }: BusRun, work: () => Promise<void>): Promise<void> {
  const anchoring = beginAnchoring(means, run, onAnchorProblem ?? (() => undefined));
  try {
    await work();
  } finally {
    await anchoring.stop(true);
  }
}

/** Whoever goes on with the run may do so from another folder. */
const withAbsolutePaths = (spec: IngestSpec): IngestSpec => ({ ...spec, source: absoluteSource(spec.source) });

/** Writes down why a run failed. Returns what to throw. */
async function failed(open: OpenHome, run: RunId, held: HeldRun, error: unknown): Promise<unknown> {
  const { home, bus, server } = open;
  const answers = await server.ready().then(
    () => true,
    () => false,
  );
  if (answers && !(await hasBegun(bus, run).catch(() => true))) {
    await deleteRecording(bus, run).catch(() => undefined);
    held.letGo();
    await removeRunRecord(home, run);
    return error;
  }
  const unsaid = await held.end('failed', messageOf(error)).catch((cause: unknown) => cause);
  const cause = unsaid === undefined ? error : new AggregateError([error, unsaid], `${messageOf(error)}; ${messageOf(unsaid)}`);
  return new RunFailed(run, cause, answers ? await keptOf(bus, run) : NOTHING_KNOWN);
}

async function keptOf(bus: Bus, run: RunId): Promise<Kept> {
  const decided = await lastOf(bus, run, 'orders')
    .then((last) => (last === undefined ? undefined : intervalOf('orders', last.data)))
    .catch(() => undefined);
  const fills = await lastOf(bus, run, 'fills').catch(() => undefined);
  return { decided, hasFills: fills !== undefined };
}

/** Whoever reaches a bus without accounts can write an order. @throws Error for a run that trades with real money */
function refuseOpenBus({ server }: Pick<OpenHome, 'server'>, { config: { broker } }: Pick<IngestSpec, 'config'>): void {
  if (broker?.account === 'live' && server.keys === undefined)
    throw new Error(
      'real money is traded over a bus with accounts alone: give the server that NATS_URL names what `aitrader bus config` prints, and name the folder of keys by AITRADER_BUS_KEYS',
    );
}

/** Makes the stream of a run, unless it was begun before: the services may not. */
export async function beginRecording(bus: Bus, run: RunId): Promise<void> {
  await recordingInfo(bus, run).catch((error: unknown) => {
    if (!(error instanceof UnknownRunError)) throw error;
    return createRecording(bus, run);
  });
}

/** Whether anything of a run is recorded. */
async function hasBegun(bus: Bus, run: RunId): Promise<boolean> {
  try {
    return (await recordingInfo(bus, run)).state.messages > 0;
  } catch (error) {
    if (error instanceof UnknownRunError) return false;
    throw error;
  }
}

async function runServices(open: OpenHome, options: BusRun): Promise<void> {
  const { run, spec, brokerUrl } = options;
  const isOurs = spec.config.broker?.name === 'exchange' && brokerUrl === undefined;
  if (isOurs && spec.follows !== undefined) await followExchange(open.home, runId(spec.follows), run);
  const exchange = isOurs ? await startExchange(open.home, run, spec.config) : undefined;
  try {
    await superviseServices(open, options, exchange);
  } finally {
    await exchange?.stop();
  }
}

async function superviseServices({ home, bus, server }: OpenHome, options: BusRun, exchange?: ExchangeProcess): Promise<void> {
  const { run } = options;
  const brokerUrl = options.brokerUrl ?? exchange?.url;
  const supervisor = new Supervisor({
    run,
    home,
    server,
    spec: options.spec,
    healthPort: options.healthPort,
    feedEnv: options.feedEnv,
    executionEnv: brokerUrl === undefined ? {} : { AITRADER_BROKER_URL: brokerUrl },
    namesBroker: options.brokerUrl !== undefined,
    ...(options.checkpointEvery === undefined ? {} : { checkpointEvery: options.checkpointEvery }),
    ...(options.onRestart === undefined ? {} : { onRestart: options.onRestart }),
    whyNotRestart: () => otherCode(bus, run),
  });
  supervisor.start();
  const stopped = new AbortController();
  const finished = untilFinished({ bus, server }, options, stopped.signal);
  try {
    const interrupted = options.stopped?.then(() => endEarly(bus, run, supervisor));
    const broken = exchange === undefined ? [] : [exchange.failure];
    await Promise.race([finished, supervisor.failure, ...broken, ...(interrupted === undefined ? [] : [interrupted])]);
  } finally {
    stopped.abort();
    await supervisor.stop();
    await finished.catch(() => undefined);
  }
}

/** What has become of the code since a run was begun: a build may have replaced it. */
async function otherCode(bus: Bus, run: RunId): Promise<string | undefined> {
  const begun = await answered(manifestOf(bus, run));
  if (begun === undefined || begun.codeHash === '' || begun.codeHash === codeIdentityNow().hash) return undefined;
  return 'the code on the disk is another one than began the run: build that one again, then go on';
}

/** Stops the feed and lets risk decide what was already sent. */
async function endEarly(bus: Bus, run: RunId, supervisor: Supervisor): Promise<void> {
  await supervisor.stopFeed();
  const deadline = performance.now() + CATCH_UP_MS_MAX;
  while (performance.now() < deadline) {
    const [sent, decided] = await Promise.all([answered(lastOf(bus, run, 'bars', 0)), answered(lastOf(bus, run, 'orders'))]);
    if (sent === undefined || (decided !== undefined && intervalOf('orders', decided.data) >= intervalOf('bars', sent.data)))
      return;
    await sleep(POLL_MS);
  }
}

/** @throws BrokenRecordingError, and Error when the server is down and will not come back */
async function untilFinished(
  { bus, server }: Pick<OpenHome, 'bus' | 'server'>,
  { run, onProgress }: BusRun,
  stopped: AbortSignal,
): Promise<void> {
  let manifest: Manifest | undefined;
  while (!stopped.aborted) {
    await server.ready();
    manifest ??= await answered(manifestOf(bus, run));
    const decided = manifest === undefined ? undefined : await answered(lastOf(bus, run, 'orders'));
    if (manifest !== undefined && decided !== undefined) {
      const t = readingMessage(decided, () => intervalOf('orders', decided.data));
      onProgress?.(manifest.to > manifest.from ? (t - manifest.from) / (manifest.to - manifest.from) : 1);
      if (t >= manifest.to && (await answered(isComplete(bus, run, manifest))) === true) return;
    }
    await sleep(POLL_MS);
  }
}

/** What the bus answers; undefined when the server is down for a moment, or the recording is not there yet. @throws BrokenRecordingError */
async function answered<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof BrokenRecordingError) throw error;
    return undefined;
  }
}

async function secondsOf(bus: Bus, run: RunId): Promise<number> {
  const [begun, ended] = [await lastOf(bus, run, 'manifest'), await lastOf(bus, run, 'orders')];
  return begun === undefined || ended === undefined ? 0 : (ended.storedAtMs - begun.storedAtMs) / 1000;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
