import { keepPreviousData, queryOptions, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type {
  BarCoverage,
  JobRow,
  ProposalRow,
  ReadinessPart,
  RunRow,
  RunbookRow,
  SessionPart,
  StoryPart,
  SymbolHistory,
} from '@aitrader/application-console';
import type { ListedSweep } from '@aitrader/application-sweep';
import type {
  DayRow,
  DecisionAnswer,
  Past,
  PastCommand,
  PastFillRow,
  PastGate,
  RunbookAnswer,
  SweepAnswer,
  TraceAnswer,
} from '@aitrader/service-console';
import { ask, ofRun } from './client.ts';

const RUNS_EVERY_MS = 5_000;

/** Who is looking, asked once. */
export const SESSION = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => ask<SessionPart>('/api/session', signal),
  staleTime: Infinity,
});
export const useSession = (): UseQueryResult<SessionPart> => useQuery(SESSION);

/** All runs of the home, the newest first. */
export const useRuns = (): UseQueryResult<readonly RunRow[]> =>
  useQuery({
    queryKey: ['runs'],
    queryFn: ({ signal }) => ask<readonly RunRow[]>('/api/runs', signal),
    refetchInterval: RUNS_EVERY_MS,
    placeholderData: keepPreviousData,
  });

const JOBS_EVERY_MS = 1_000;

/** Backtests, replays and reports that were started here, the latest first. */
export const JOBS = queryOptions({
  queryKey: ['jobs'],
  queryFn: ({ signal }) => ask<readonly JobRow[]>('/api/jobs', signal),
  refetchInterval: JOBS_EVERY_MS,
});
export const useJobs = (): UseQueryResult<readonly JobRow[]> => useQuery(JOBS);

/** The sweeps of the home, those that were written last first. */
export const useSweeps = (): UseQueryResult<readonly ListedSweep[]> =>
  useQuery({
    queryKey: ['sweeps'],
    queryFn: ({ signal }) => ask<readonly ListedSweep[]>('/api/sweeps', signal),
    refetchInterval: RUNS_EVERY_MS,
  });

/** A sweep with its trials. */
export const useSweep = (name: string): UseQueryResult<SweepAnswer> =>
  useQuery({
    queryKey: ['sweep', name],
    queryFn: ({ signal }) => ask<SweepAnswer>(`/api/sweeps/${encodeURIComponent(name)}`, signal),
    retry: false,
  });

/** All runbooks. */
export const useRunbooks = (): UseQueryResult<readonly RunbookRow[]> =>
  useQuery({ queryKey: ['runbooks'], queryFn: ({ signal }) => ask<readonly RunbookRow[]>('/api/runbooks', signal) });

/** A runbook, read. */
export const useRunbook = (name: string): UseQueryResult<RunbookAnswer> =>
  useQuery({
    queryKey: ['runbook', name],
    queryFn: ({ signal }) => ask<RunbookAnswer>(`/api/runbooks/${encodeURIComponent(name)}`, signal),
  });

/** What was proposed for a run, the newest first. */
export const proposalsOf = (run: string) =>
  queryOptions({
    queryKey: ['proposals', run],
    queryFn: ({ signal }) => ask<readonly ProposalRow[]>(ofRun(run, 'proposals'), signal),
    refetchInterval: RUNS_EVERY_MS,
  });
export const useProposals = (run: string): UseQueryResult<readonly ProposalRow[]> => useQuery(proposalsOf(run));

const READINESS_EVERY_MS = 10_000;

/** Whether a run may be armed for real money, looked at again while somebody looks. */
export const readinessOf = (run: string) =>
  queryOptions({
    queryKey: ['readiness', run],
    queryFn: ({ signal }) => ask<ReadinessPart>(ofRun(run, 'readiness'), signal),
  });
export const useReadiness = (run: string, everyMs = READINESS_EVERY_MS): UseQueryResult<ReadinessPart> =>
  useQuery({ ...readinessOf(run), refetchInterval: everyMs });

/** What every gate found on a signal. */
export const useDecision = (run: string, signal: string): UseQueryResult<DecisionAnswer> =>
  useQuery({
    queryKey: ['decision', run, signal],
    queryFn: (asked) => ask<DecisionAnswer>(ofRun(run, 'decisions', signal), asked.signal),
    staleTime: Infinity,
  });

/** The configuration of a run, as it was recorded. */
export const useConfiguration = (run: string): UseQueryResult =>
  useQuery({
    queryKey: ['configuration', run],
    queryFn: ({ signal }) => ask(ofRun(run, 'configuration'), signal),
    staleTime: Infinity,
  });

/** The chain of a fill, in words. */
export const useFillStory = (run: string, fill: string): UseQueryResult<readonly StoryPart[]> =>
  useQuery({
    queryKey: ['fill', run, fill],
    queryFn: ({ signal }) => ask<readonly StoryPart[]>(ofRun(run, 'fills', fill, 'story'), signal),
    staleTime: Infinity,
  });

/** Why a symbol was entered in an interval, or was not. */
export const useWhyStory = (run: string, symbol: string, at: number): UseQueryResult<readonly StoryPart[]> =>
  useQuery({
    queryKey: ['why', run, symbol, at],
    queryFn: ({ signal }) => ask<readonly StoryPart[]>(`${ofRun(run, 'why', symbol, 'story')}?at=${at}`, signal),
    staleTime: Infinity,
  });

const TRACE_EVERY_MS = 2_000;

/** The way of an interval through the stages, looked at again while the run goes on. */
export const useTrace = (run: string, t: number, goesOn: boolean): UseQueryResult<TraceAnswer> =>
  useQuery({
    queryKey: ['trace', run, t],
    queryFn: ({ signal }) => ask<TraceAnswer>(ofRun(run, 'intervals', String(t)), signal),
    refetchInterval: goesOn ? TRACE_EVERY_MS : false,
    retry: false,
  });

const HISTORY_EVERY_MS = 10_000;

/** The rows of each part of the past. */
export interface PastRows {
  readonly days: DayRow;
  readonly fills: PastFillRow;
  readonly commands: PastCommand;
  readonly gates: PastGate;
}

/** A part of the past of all runs, or of one; `search`: what of it is asked for. */
export const usePast = <Part extends keyof PastRows>(part: Part, search: string): UseQueryResult<Past<PastRows[Part]>> =>
  useQuery({
    queryKey: ['past', part, search],
    queryFn: ({ signal }) => ask<Past<PastRows[Part]>>(`/api/past/${part}${search}`, signal),
    refetchInterval: HISTORY_EVERY_MS,
    placeholderData: keepPreviousData,
    retry: false,
  });

/** Where the bars of the last trade date have gaps, looked for again while the run goes on. */
export const useCoverage = (run: string, goesOn: boolean): UseQueryResult<BarCoverage> =>
  useQuery({
    queryKey: ['coverage', run],
    queryFn: ({ signal }) => ask<BarCoverage>(ofRun(run, 'coverage'), signal),
    refetchInterval: goesOn ? HISTORY_EVERY_MS : false,
    placeholderData: keepPreviousData,
  });

/** The bars of a symbol in a span, looked for again while the run goes on. */
export const useSymbolHistory = (
  run: string,
  symbol: string,
  span: { readonly from: number; readonly to: number } | undefined,
  goesOn: boolean,
): UseQueryResult<SymbolHistory> =>
  useQuery({
    queryKey: ['bars', run, symbol, span],
    queryFn: ({ signal }) => {
      const search = span === undefined ? '' : `?from=${span.from}&to=${span.to}`;
      return ask<SymbolHistory>(`${ofRun(run, 'symbols', symbol, 'bars')}${search}`, signal);
    },
    refetchInterval: goesOn ? HISTORY_EVERY_MS : false,
    placeholderData: keepPreviousData,
  });
