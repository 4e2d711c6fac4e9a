import { followRun } from '@aitrader/application-recordings';
import type { RunId } from '@aitrader/model';
import type { Bus } from '@aitrader/runtime-bus';
import { LiveRun } from './live-run.ts';
import type { Changes } from './wire.ts';

/** A run that nobody looks at any more is followed for a while: a page that is loaded again finds it as it was. */
const KEPT_MS = 120_000;

/** A run that is being followed. */
export interface FollowedRun {
  readonly live: LiveRun;
  /** why it can be followed no longer, as far as it was read */
  readonly problem: () => string | undefined;
}

interface Following extends FollowedRun {
  readonly stop: () => void;
  viewers: number;
  forgotten: NodeJS.Timeout | undefined;
}

/** The runs that people look at, each followed once however many look. */
export class FollowedRuns {
  readonly #bus: Bus;
  readonly #runs = new Map<RunId, Following>();

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** Counts a viewer in. Whoever takes a run gives it back by {@link leave}. */
  take(run: RunId): FollowedRun {
    // one that could not be read on is read anew once nobody looks at it
    const before = this.#runs.get(run);
    if (before?.viewers === 0 && before.problem() !== undefined) this.#forget(run);
    const following = this.#runs.get(run) ?? this.#follow(run);
    following.viewers += 1;
    clearTimeout(following.forgotten);
    return following;
  }

  leave(run: RunId): void {
    const following = this.#runs.get(run);
    if (following === undefined) return;
    following.viewers -= 1;
    if (following.viewers > 0) return;
    following.forgotten = setTimeout(() => this.#forget(run), KEPT_MS).unref();
  }

  isFollowed(run: RunId): boolean {
    return this.#runs.has(run);
  }

  /** All that is told of a run that is followed; nothing of any other. */
  seen(run: RunId): Changes {
    return this.#runs.get(run)?.live.since(0) ?? { seq: 0, tables: {} };
  }

  close(): void {
    for (const run of [...this.#runs.keys()]) this.#forget(run);
  }

  #follow(run: RunId): Following {
    const stopping = new AbortController();
    const live = new LiveRun();
    let problem: string | undefined;
    const following: Following = {
      ...{ live, viewers: 0, forgotten: undefined },
      problem: () => problem,
      stop: () => stopping.abort(),
    };
    this.#runs.set(run, following);
    followRun(this.#bus, run, stopping.signal, {
      onMessage: (message) => live.passed(message),
      onInterval: (view, interval, seq, heard) => live.watched(view, interval, seq, heard),
    }).catch((error: unknown) => {
      problem = error instanceof Error ? error.message : String(error);
    });
    return following;
  }

  #forget(run: RunId): void {
    const following = this.#runs.get(run);
    if (following === undefined) return;
    clearTimeout(following.forgotten);
    following.stop();
    this.#runs.delete(run);
  }
}
