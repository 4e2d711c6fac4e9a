import { setTimeout as sleep } from 'node:timers/promises';
import type { RunId } from '@aitrader/model';
import type { Role } from '@aitrader/contracts';
import { hold, holderOf, withLock, type Bus, type Holder } from '@aitrader/runtime-bus';
import type { IngestSpec } from '@aitrader/runtime-configuration';
import { requireRoom, type OpenHome } from './home.ts';
import { supervisedRuns } from './supervisor.ts';
import {
  isSupervised,
  readRunRecord,
  runLockFile,
  thisProcess,
  writeRunRecord,
  type RecordedState,
  type RunRecord,
} from './run-record.ts';

/** Services whose supervisor was killed drain for 10 s at most, and are waited for a little longer. */
const LEFT_BEHIND_MS_MAX = 15_000;
const POLL_MS = 200;
/** Who is asked whether it is alive. Of the stages of the shards the first one stands for all. */
const ASKED: readonly (readonly [role: Role, shard: number])[] = [
  ['ingest', -1],
  ['probability', 0],
  ['strategy', 0],
  ['execution', -1],
  ['risk', -1],
  ['scanner', -1],
];

/** A run that other processes are busy with. */
export class RunGoesOn extends Error {
  override readonly name = 'RunGoesOn';
  constructor(run: RunId, who: string) {
    super(`${run} is going on: ${who}`);
  }
}

/** Who is busy with a run, in words, and whether that is its supervisor or a service that has lost it. */
export interface RunHolder {
  readonly who: string;
  readonly supervised: boolean;
}

/** Who runs a run now; undefined when nobody does. */
export async function whoRuns({ home, bus }: Pick<OpenHome, 'home' | 'bus'>, run: RunId): Promise<RunHolder | undefined> {
  const supervisor = await supervisorOf(home, bus, run);
  if (supervisor !== undefined) return { who: `${supervisor} supervises it`, supervised: true };
  const [living] = await servicesOf(bus, run);
  return living === undefined ? undefined : { who: `${living.name} runs its ${living.role}`, supervised: false };
}

/** Whether somebody runs a run now. */
export const isGoingOn = async (open: Pick<OpenHome, 'home' | 'bus'>, run: RunId): Promise<boolean> =>
  (await whoRuns(open, run)) !== undefined;

/** The services of a run that are alive, each kind by one of them. */
export async function servicesOf(bus: Bus, run: RunId): Promise<readonly (Holder & { readonly role: Role })[]> {
  const asked = ASKED.map(async ([role, shard]) => ({ role, holder: await holderOf(bus, run, role, shard) }));
  return (await Promise.all(asked)).flatMap(({ role, holder }) => (holder === undefined ? [] : [{ role, ...holder }]));
}

/** Runs of this home that somebody runs now, in order. Looks at those alone that a supervisor has said to be at work: it is asked in a hurry. */
export async function runsGoingOn(open: Pick<OpenHome, 'home' | 'bus'>): Promise<readonly RunId[]> {
  const runs = supervisedRuns(open.home);
  const holders = await Promise.all(runs.map((run) => whoRuns(open, run)));
  return runs.filter((_, i) => holders[i] !== undefined);
}

/** A supervisor is known by its answer, and by its record, should its connection be lost just now. */
async function supervisorOf(home: string, bus: Bus, run: RunId): Promise<string | undefined> {
  const record = await readRunRecord(home, run).catch(() => undefined);
  if (record !== undefined && record.state === 'running' && isSupervised(record)) return `process ${record.supervisor.pid}`;
  return (await holderOf(bus, run, 'supervisor', -1))?.name;
}

/** A run that this process alone supervises. */
export interface HeldRun {
  /** Writes down how it ended, and lets it go. @throws Error when that cannot be written */
  readonly end: (state: RecordedState, cause: string) => Promise<void>;
  /** Lets it go, whatever is written. */
  readonly letGo: () => void;
}

/**
 * Takes a run for this process, and writes down how to go on with it. Services that a killed supervisor left behind are waited for.
 * @throws RunGoesOn when others are busy with it, Error when the disk is full
 */
export async function holdRun(open: OpenHome, run: RunId, spec: IngestSpec): Promise<HeldRun> {
  await requireRoom(open);
  const { home, bus } = open;
  const deadline = performance.now() + LEFT_BEHIND_MS_MAX;
  while ((await whoRuns({ home, bus }, run))?.supervised === false && performance.now() < deadline) await sleep(POLL_MS);
  return withLock(runLockFile(home, run), async () => {
    const holder = await whoRuns({ home, bus }, run);
    if (holder !== undefined) throw new RunGoesOn(run, holder.who);
    const now = new Date().toISOString();
    const before = await readRunRecord(home, run);
    const record: RunRecord = {
      run,
      state: 'running',
      cause: '',
      supervisor: thisProcess(),
      begunAt: before?.begunAt ?? now,
      saidAt: now,
      spec,
    };
    const letGo = await hold(bus, run, 'supervisor', -1);
    const end = async (state: RecordedState, cause: string): Promise<void> => {
      await writeRunRecord(home, { ...record, state, cause, saidAt: new Date().toISOString() }).finally(letGo);
    };
    try {
      await writeRunRecord(home, record);
      return { end, letGo };
    } catch (error) {
      letGo();
      throw error;
    }
  });
}
