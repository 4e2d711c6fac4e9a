import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import type { JobRow } from '@aitrader/application-console';
import { ofRun, tell } from './client.ts';
import { JOBS, SESSION } from './queries.ts';

/** A backtest as it is asked for; what is left out is as the command has it. */
export interface BacktestAsked {
  readonly bars: string;
  readonly from?: string;
  readonly to?: string;
  readonly symbols?: string;
  readonly shards: number;
  /** what is to differ of the configuration, as JSON; empty: nothing */
  readonly config: string;
}

/** What can be begun, or stopped. */
export type JobAsked =
  | { readonly kind: 'backtest'; readonly asked: BacktestAsked }
  | { readonly kind: 'replay'; readonly run: string; readonly config: string }
  | { readonly kind: 'report'; readonly run: string }
  | { readonly kind: 'stop'; readonly job: string };

const WHERE: { readonly [Kind in JobAsked['kind']]: (of: Extract<JobAsked, { kind: Kind }>) => readonly [string, object] } = {
  backtest: ({ asked }) => ['/api/backtests', asked],
  replay: ({ run, config }) => [ofRun(run, 'replays'), { config }],
  report: ({ run }) => [ofRun(run, 'reports'), {}],
  stop: ({ job }) => [`/api/jobs/${job}/stop`, {}],
};

/** Begins or stops work, and looks at all of it anew. */
export function useJob(): UseMutationResult<JobRow | undefined, Error, JobAsked> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (of: JobAsked) => {
      const { csrf } = await queries.ensureQueryData(SESSION);
      const [path, body] = (WHERE[of.kind] as (one: JobAsked) => readonly [string, object])(of);
      return tell<JobRow | undefined>(path, body, { 'x-csrf-token': csrf });
    },
    onSettled: () => queries.invalidateQueries(JOBS),
  });
}
