import { createContext, useContext, useEffect, useMemo, useSyncExternalStore, type JSX, type ReactNode } from 'react';
import type { RunState } from './run-state.ts';
import { RunStore } from './run-store.ts';
import { hearRun } from './run-stream.ts';

interface HeardRun {
  readonly run: string;
  readonly store: RunStore;
}

const RunContext = createContext<HeardRun | undefined>(undefined);

/** What lies within hears of a run. */
export function RunProvider({ run, children }: { readonly run: string; readonly children: ReactNode }): JSX.Element {
  const heard = useMemo(() => ({ run, store: new RunStore() }), [run]);
  useEffect(() => hearRun(heard.run, heard.store), [heard]);
  return <RunContext value={heard}>{children}</RunContext>;
}

function useHeard(): HeardRun {
  const heard = useContext(RunContext);
  if (heard === undefined) throw new Error('a screen of a run stands outside of one');
  return heard;
}

/** The name of the run that is looked at. */
export const useRunName = (): string => useHeard().run;

/** A part of the run: whoever uses it is drawn again when that part is another object, and not before. */
export function useRun<Part>(part: (state: RunState) => Part): Part {
  const { store } = useHeard();
  return useSyncExternalStore(store.subscribe, () => part(store.state()));
}
