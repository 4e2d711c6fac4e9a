import type { RunId } from '@aitrader/model';
import { UnknownRunError, type Bus } from '@aitrader/runtime-bus';
import { manifestIn } from './recorded-rows.ts';

/**
 * The runs that a run goes on from, the first of all first, as far back as their recordings are there; without the run itself. Waits for its
 * manifest, until it is given up.
 */
export async function runsBefore(bus: Bus, run: RunId, givenUp: AbortSignal): Promise<readonly RunId[]> {
  const before: RunId[] = [];
  for (let at = run; ;) {
    const first = await manifestIn(bus, at, givenUp).catch((error: unknown) => {
      if (error instanceof UnknownRunError && at !== run) return undefined;
      throw error;
    });
    if (first === undefined) return at === run ? [] : before.slice(1);
    const { follows } = first.manifest;
    if (follows === null) return before;
    before.unshift(follows.run);
    at = follows.run;
  }
}
