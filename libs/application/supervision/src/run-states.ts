import { listRuns, type RunEntry } from '@aitrader/application-recordings';
import { runId } from '@aitrader/model';
import type { OpenHome } from './home.ts';
import { whoRuns } from './run-holding.ts';
import { readRunRecord } from './run-record.ts';

/** Where a run stands now. `interrupted` and `failed` ones can be gone on with. */
export type RunState = 'running' | 'complete' | 'interrupted' | 'failed';

/** A recording as a list shows it, with where its run stands. */
export interface ListedRun extends RunEntry {
  readonly state: RunState;
  /** why it is interrupted or failed, as far as that is known */
  readonly cause: string | null;
}

/** All recordings that the bus holds, oldest first, with where their runs stand. */
export async function listRunStates(open: Pick<OpenHome, 'home' | 'bus'>): Promise<ListedRun[]> {
  const listed: ListedRun[] = [];
  for (const entry of await listRuns(open.bus)) listed.push({ ...entry, ...(await stateOf(open, entry)) });
  return listed;
}

async function stateOf(
  { home, bus }: Pick<OpenHome, 'home' | 'bus'>,
  { run: name, complete }: RunEntry,
): Promise<Pick<ListedRun, 'state' | 'cause'>> {
  if (complete) return { state: 'complete', cause: null };
  const run = runId(name);
  if ((await whoRuns({ home, bus }, run)) !== undefined) return { state: 'running', cause: null };
  const record = await readRunRecord(home, run).catch(() => undefined);
  if (record === undefined) return { state: 'interrupted', cause: null };
  if (record.state === 'failed') return { state: 'failed', cause: record.cause };
  return { state: 'interrupted', cause: record.state === 'running' ? 'its processes were killed' : record.cause };
}
