import type { Beat, Changes } from '@aitrader/application-console';
import type { RunStore } from './run-store.ts';

/** A stream that the console refuses is asked for again after this long: a run that has just begun cannot be read yet. */
const ASK_AGAIN_MS = 2_000;

/**
 * Hears of a run until it is stopped. A stream that breaks goes on from the last place that was told: the browser remembers it. One that is
 * refused begins anew.
 */
export function hearRun(run: string, store: RunStore): () => void {
  let source = open(run, store);
  const timer = setInterval(() => {
    if (source.readyState === EventSource.CLOSED) source = open(run, store);
  }, ASK_AGAIN_MS);
  return () => {
    clearInterval(timer);
    source.close();
  };
}

function open(run: string, store: RunStore): EventSource {
  const source = new EventSource(`/api/runs/${encodeURIComponent(run)}/stream`);
  source.addEventListener('open', () => store.heard('open'));
  source.addEventListener('error', () => store.heard(source.readyState === EventSource.CLOSED ? 'refused' : 'lost'));
  source.addEventListener('changes', ({ data }: MessageEvent<string>) => store.changed(JSON.parse(data) as Changes, Date.now()));
  source.addEventListener('beat', ({ data }: MessageEvent<string>) => store.beat(JSON.parse(data) as Beat, Date.now()));
  source.addEventListener('problem', ({ data }: MessageEvent<string>) =>
    store.problem((JSON.parse(data) as { readonly problem?: string }).problem),
  );
  return source;
}
