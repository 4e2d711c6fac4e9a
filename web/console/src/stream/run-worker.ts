import type { Beat, Changes } from '@aitrader/application-console';
import { PendingChanges } from './pending-changes.ts';
import type { Heard, Wanted } from './run-stream.ts';

/*
 * Hears of a run beside the page: decoding what thousands of symbols do would keep the page from drawing.
 *
 * 1. The page is handed changes when it has drawn the last ones, all at once.
 */

/** A stream that the console refuses is asked for again after this long: a run that has just begun cannot be read yet. */
const ASK_AGAIN_MS = 2_000;

const pending = new PendingChanges();
let isWanted = true;

const tell = (heard: Heard, transfer: Transferable[] = []): void => postMessage(heard, { transfer });

function hand(): void {
  if (!isWanted) return;
  const handed = pending.take();
  if (handed === undefined) return;
  isWanted = false;
  tell({ kind: 'changes', handed }, handed.symbols === undefined ? [] : [handed.symbols.values.buffer]);
}

function open(run: string): EventSource {
  const source = new EventSource(`/api/runs/${encodeURIComponent(run)}/stream`);
  source.addEventListener('open', () => tell({ kind: 'hearing', hearing: 'open' }));
  source.addEventListener('error', () =>
    tell({ kind: 'hearing', hearing: source.readyState === EventSource.CLOSED ? 'refused' : 'lost' }),
  );
  source.addEventListener('changes', ({ data }: MessageEvent<string>) => {
    pending.add(JSON.parse(data) as Changes);
    hand();
  });
  source.addEventListener('beat', ({ data }: MessageEvent<string>) => {
    // what was read is told before it is said that it was
    hand();
    tell({ kind: 'beat', beat: JSON.parse(data) as Beat });
  });
  source.addEventListener('problem', ({ data }: MessageEvent<string>) =>
    tell({ kind: 'problem', problem: (JSON.parse(data) as { readonly problem?: string }).problem }),
  );
  return source;
}

addEventListener('message', ({ data }: MessageEvent<Wanted>) => {
  if (data.kind === 'drawn') {
    isWanted = true;
    return hand();
  }
  let source = open(data.run);
  setInterval(() => {
    if (source.readyState === EventSource.CLOSED) source = open(data.run);
  }, ASK_AGAIN_MS);
});
