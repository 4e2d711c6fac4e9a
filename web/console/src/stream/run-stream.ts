import type { Beat } from '@aitrader/application-console';
import type { HandedChanges } from './pending-changes.ts';
import type { Hearing } from './run-state.ts';
import type { RunStore } from './run-store.ts';

/** What the worker that hears of a run tells the page. */
export type Heard =
  | { readonly kind: 'changes'; readonly handed: HandedChanges }
  | { readonly kind: 'beat'; readonly beat: Beat }
  | { readonly kind: 'problem'; readonly problem: string | undefined }
  | { readonly kind: 'hearing'; readonly hearing: Hearing };

/** What the page tells the worker: of which run it wants to hear, and that it has drawn what it was handed last. */
export type Wanted = { readonly kind: 'hear'; readonly run: string } | { readonly kind: 'drawn' };

/** A page that is not seen draws nothing, and is told all the same: its title and its alerts go on. */
const UNSEEN_MS = 1_000;

/**
 * Hears of a run until it is stopped. A stream that breaks goes on from the last place that was told: the browser remembers it. One that is
 * refused begins anew. Changes are folded in once for each frame at the most.
 */
export function hearRun(run: string, store: RunStore): () => void {
  const worker = new Worker(new URL('./run-worker.ts', import.meta.url), { type: 'module' });
  const say = (wanted: Wanted): void => worker.postMessage(wanted, []);
  worker.addEventListener('message', ({ data }: MessageEvent<Heard>) => {
    if (data.kind === 'changes') {
      store.changed(data.handed, Date.now());
      afterFrame(() => say({ kind: 'drawn' }));
    } else if (data.kind === 'beat') store.beat(data.beat, Date.now());
    else if (data.kind === 'problem') store.problem(data.problem);
    else store.heard(data.hearing);
  });
  worker.addEventListener('error', ({ message }) => store.problem(message === '' ? 'the page’s worker has failed' : message));
  say({ kind: 'hear', run });
  return () => worker.terminate();
}

/** Once what changed is drawn. */
function afterFrame(then: () => void): void {
  let isOver = false;
  const once = (): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    then();
  };
  const timer = setTimeout(once, UNSEEN_MS);
  requestAnimationFrame(() => requestAnimationFrame(once));
}
