import { edgeOverall, type RiskState } from '@aitrader/core-risk';
import { newYorkDate } from '@aitrader/core-sessions';
import { STRATEGY_CATALOGUE } from '@aitrader/core-strategies';
import { claimDifferences, epochMs, type EdgePrior, type EpochMs, type RunConfig, type StrategyEntry } from '@aitrader/model';
import {
  ConfigurationError,
  documentIn,
  parseLearnedEdges,
  readGivenFile,
  shortJson,
  type LearnedEdge,
} from '@aitrader/runtime-configuration';
import { runInMemory, type MemoryRun } from './memory-run.ts';
import { stagesOf } from '@aitrader/application-time-machine';

/*
 * What the claims of a run's strategies came to on history: the prior of runs over later bars.
 *
 * 1. It is learned as a run learns it, interval by interval, with the prior of the configuration to begin with: nothing of a later bar is in what was
 *    known at an earlier one.
 * 2. It says up to which bar it knows, and counts in a run from after that one on.
 */

/** What was known of a strategy after the first interval of a month, or the last one of all. */
export interface EdgeStep {
  readonly t: EpochMs;
  readonly strategy: string;
  readonly slope: number;
  readonly error: number;
  readonly outcomes: number;
}

export interface LearnedEdges {
  readonly edges: readonly LearnedEdge[];
  /** month by month, as it was known when each began, and in the end */
  readonly walk: readonly EdgeStep[];
}

/** Learns edges from bars. @throws Error where claims are believed as they are stated */
export async function learnEdges(run: MemoryRun): Promise<LearnedEdges> {
  const { edge } = run.config.risk;
  if (edge === null) throw new Error('risk.edge is null: claims are believed as they are stated, and nothing is learned of them');
  // what was learned before is not to be learned from again
  const config: RunConfig = { ...run.config, risk: { ...run.config.risk, edge: { ...edge, priors: [] } } };
  const stages = run.stages ?? stagesOf(config);
  let risk: ReturnType<typeof stages.risk> | undefined;
  const walk: EdgeStep[] = [];
  let last = epochMs(0);
  const stepsAt = (t: EpochMs): EdgeStep[] => {
    const ledger = (risk?.snapshot() as RiskState | undefined)?.edges.strategies;
    return config.strategies.flatMap(({ name }) => {
      const known = ledger?.get(name);
      if (known === undefined) return [];
      const { slope, error, scored } = edgeOverall(edge, known);
      return [{ t, strategy: name, slope, error, outcomes: scored }];
    });
  };
  const monthOf = (t: EpochMs): string => newYorkDate(t).slice(0, 'yyyy-mm'.length);
  await runInMemory({
    ...run,
    config,
    stages: { ...stages, risk: () => (risk = stages.risk()) },
    watchers: [
      ({ t, bars }) => {
        if (!bars.some(({ count }) => count > 0)) return;
        if (last > 0 && monthOf(t) !== monthOf(last)) walk.push(...stepsAt(t));
        last = t;
      },
    ],
  });
  const final = stepsAt(last);
  const edges = config.strategies.flatMap(({ name, kind, parameters }) => {
    const step = final.find(({ strategy }) => strategy === name);
    if (step === undefined || step.outcomes === 0) return [];
    const { slope, error, outcomes } = step;
    return [{ strategy: name, kind, parameters, slope, slopeError: error, outcomes, until: last }];
  });
  return { edges, walk: [...walk, ...final] };
}

/**
 * A configuration with what a file says was learned of its strategies. @throws ConfigurationError that names the file, the strategy and what is otherwise of
 * it in the run
 */
export async function withLearnedEdges(config: RunConfig, file: string): Promise<RunConfig> {
  const edges = parseLearnedEdges(documentIn(file, await readGivenFile(file, 'edges'), 'edges'), file);
  const { edge } = config.risk;
  if (edge === null)
    throw new ConfigurationError(file, [
      'risk.edge is null: the run believes claims as they are stated, and has no use for what was learned',
    ]);
  const problems = edges.flatMap((learned, i) =>
    problemsOf(learned, config.strategies).map((problem) => `edges.${i}.${problem}`),
  );
  if (problems.length > 0) throw new ConfigurationError(file, problems);
  const priors = edges.map(({ strategy, slope, slopeError, outcomes, until }): EdgePrior => ({
    strategy,
    slope,
    slopeError,
    outcomes,
    until,
  }));
  return { ...config, risk: { ...config.risk, edge: { ...edge, priors } } };
}

/** An edge is that of a strategy that claims the same: of others it says nothing. */
function problemsOf({ strategy, kind, parameters }: LearnedEdge, entries: readonly StrategyEntry[]): readonly string[] {
  const entry = entries.find(({ name }) => name === strategy);
  if (entry === undefined) return [`strategy: the run has no strategy of that name, got ${shortJson(strategy)}`];
  if (entry.kind !== kind) return [`kind: ${strategy} is of the kind ${entry.kind} in the run, got ${shortJson(kind)}`];
  return claimDifferences(entry, { parameters }, STRATEGY_CATALOGUE).map(
    (name) => `parameters.${name}: is ${shortJson(entry.parameters[name])} in the run, got ${shortJson(parameters[name])}`,
  );
}
