import type { Beat } from '@aitrader/application-console';
import type { HandedChanges } from './pending-changes.ts';
import { unheard, withBeat, withChanges, withSymbols, type Hearing, type RunState } from './run-state.ts';

/** The one place where a page keeps what it knows of its run. Who looks at a part is told when that part is another object. */
export class RunStore {
  #state: RunState = unheard();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  readonly state = (): RunState => this.#state;

  changed({ changes, symbols }: HandedChanges, now: number): void {
    const state = withChanges(this.#state, changes, now);
    this.#put(symbols === undefined ? state : withSymbols(state, symbols));
  }
  beat(beat: Beat, now: number): void {
    this.#put(withBeat(this.#state, beat, now));
  }
  problem(problem: string | undefined): void {
    this.#put({ ...this.#state, problem });
  }
  heard(hearing: Hearing): void {
    if (hearing !== this.#state.hearing) this.#put({ ...this.#state, hearing });
  }

  #put(state: RunState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
