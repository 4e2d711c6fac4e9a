import { stagesOf } from '@aitrader/application-pipeline';
import {
  decideBeside,
  hearTogether,
  isLeftAlone,
  newAccountBeside,
  newSharedClaims,
  newSharedMarket,
  type MarketInput,
  type SharedClaims,
  type SharedMarket,
} from '@aitrader/core-risk';
import { assertSensible, newStrategyLists, sayTogether, type StrategyLists } from '@aitrader/core-strategies';
import {
  item,
  newSignalSlice,
  riskRulesOf,
  type BarSlice,
  type Control,
  type RunConfig,
  type SignalSlice,
  type StateSlice,
} from '@aitrader/model';
import {
  newInterval,
  newPipeline,
  newRunDigest,
  type MarketDigest,
  type RiskStage,
  type StageFactory,
} from '@aitrader/runtime-engine';
import { hashOf } from './hash-of.ts';
import { newTrialTally, type TrialOutcome } from './trial-tally.ts';

/*
 * Trials by what they have in common, and what each of them does by itself.
 *
 * 1. Strategies look at the market once: each of them, for all trials that have it, beside all others.
 * 2. Risk looks at the market once, for all trials that trading costs the same; and holds claims against it once, for those of them that signal the
 *    same and go by the same rules of it.
 * 3. A trial's orders, fills and denials are its own: its account passes through the stages by itself, interval by interval beside the others.
 */

/** An interval as all trials of one probability stage have it. */
export interface Shared {
  readonly bars: BarSlice[];
  readonly states: StateSlice[];
  control: readonly Control[];
  /** whether a trade date begins with it */
  begins: boolean;
}

/** One shard: decisions are the same with any number. */
export const SHARDS = 1;

/** A trial that came to no end: which of those that were run together, from 0 on, and why. */
export class TrialFailed extends Error {
  override readonly name = 'TrialFailed';
  readonly at: number;
  constructor(at: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.at = at;
  }
}

const failedAt = (at: number, cause: unknown): TrialFailed =>
  new TrialFailed(at, cause instanceof Error ? cause.message : String(cause), { cause });

export interface TrialGroups {
  /** takes all trials through the first `count` intervals of a stretch. @throws TrialFailed */
  readonly pass: (stretch: readonly Shared[], count: number) => void;
  /** what they came to, in their order */
  readonly outcomes: (dates: readonly string[]) => TrialOutcome[];
}

/** A list of strategies, and what it says in each interval of a stretch. */
interface SignalList {
  readonly entries: RunConfig['strategies'];
  readonly signals: SignalSlice[][];
}

/** Trials to which the market is the same. */
interface TrialMarket {
  /** the first of them */
  readonly at: number;
  readonly shared: SharedMarket;
  readonly claims: Map<string, ListClaims>;
  readonly trials: Trial[];
}

interface ListClaims extends SharedClaims {
  readonly list: SignalList;
}

interface Trial {
  readonly at: number;
  /** takes an interval that its market has heard */
  readonly pass: (shared: Shared, input: MarketInput, signals: SignalSlice[]) => void;
  readonly outcome: (dates: readonly string[]) => TrialOutcome;
  readonly list: SignalList;
}

/** Trials before their first interval; `digest` is that of the bars and states they have in common. @throws TrialFailed */
export function newTrialGroups(configs: readonly RunConfig[], digest: MarketDigest): TrialGroups {
  const lists = new Map<string, SignalList>();
  const markets = new Map<string, TrialMarket>();
  const trials = configs.map((config, at) =>
    ofTrial(at, () => {
      const hash = hashOf(config.strategies);
      const list = entryOf(lists, hash, () => newSignalList(config));
      const market = entryOf(markets, hashOf(config.simulation), () => newTrialMarket(at, config));
      const { edge, entryLimits } = config.risk;
      const { openMinutes, closeMinutes } = entryLimits;
      const claims = entryOf(market.claims, hashOf({ hash, edge, openMinutes, closeMinutes }), () => ({
        ...newSharedClaims({ edge, entryLimits }),
        list,
      }));
      const trial = { at, list, ...newTrial(config, digest, market.shared, claims) };
      market.trials.push(trial);
      return trial;
    }),
  );
  const all = [...lists.values()];
  const strategies = ofTrial(0, () => newStrategyLists(all.map(({ entries }) => entries)));
  return {
    pass: (stretch, count) => {
      ofTrial(0, () => signal(strategies, all, stretch, count));
      for (const market of markets.values()) passMarket(market, stretch, count);
    },
    outcomes: (dates) => trials.map(({ outcome }) => outcome(dates)),
  };
}

function entryOf<Value>(all: Map<string, Value>, key: string, make: () => Value): Value {
  const value = all.get(key) ?? make();
  all.set(key, value);
  return value;
}

/** @throws RangeError for strategies that make no sense: of the trial that has them, not of all that signal together */
function newSignalList({ strategies }: RunConfig): SignalList {
  assertSensible(strategies);
  return { entries: strategies, signals: [] };
}

const newTrialMarket = (at: number, config: RunConfig): TrialMarket => ({
  at,
  shared: newSharedMarket(riskRulesOf(config)),
  claims: new Map(),
  trials: [],
});

/** @throws TrialFailed for whatever is thrown */
function ofTrial<T>(at: number, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw failedAt(at, cause);
  }
}

function signal(strategies: StrategyLists, lists: readonly SignalList[], stretch: readonly Shared[], count: number): void {
  for (let i = 0; i < count; i++) {
    const { bars, states, control } = item(stretch, i);
    const emits = lists.map(({ signals }) => item((signals[i] ??= [newSignalSlice(0)]), 0));
    sayTogether(strategies, { bars: item(bars, 0), states: item(states, 0), control }, emits);
  }
}

/** Interval by interval: the market first, then every trial. */
function passMarket({ at: first, shared, claims, trials }: TrialMarket, stretch: readonly Shared[], count: number): void {
  const all = [...claims.values()];
  let at = first;
  try {
    for (let i = 0; i < count; i++) {
      const interval = item(stretch, i);
      const { bars, states, control } = interval;
      for (const one of all) one.signals = item(one.list.signals, i);
      at = first;
      const input = { t: item(bars, 0).t, bars, states, control };
      hearTogether(shared, input, all);
      for (const trial of trials) {
        at = trial.at;
        trial.pass(interval, input, item(trial.list.signals, i));
      }
    }
  } catch (cause) {
    throw failedAt(at, cause);
  }
}

/** A stage whose facts are given. */
const given = {
  apply: (): void => undefined,
  snapshot: (): null => null,
  restore: (): void => undefined,
  goOn: (): void => undefined,
  layout: 'given',
};

/** Whether only risk and orders at work remember anything: else a stage learns of every bar, whatever the account does. */
const canRest = ({ broker, scanner, simulation }: RunConfig): boolean =>
  broker === null && scanner === null && simulation.spread === 'fixed';

function newTrial(
  config: RunConfig,
  market: MarketDigest,
  shared: SharedMarket,
  claims: SharedClaims,
): Pick<Trial, 'pass' | 'outcome'> {
  const account = newAccountBeside(shared, claims, riskRulesOf(config));
  const risk: RiskStage = { ...given, apply: (input, emit) => decideBeside(shared, account, input, emit) };
  const stages: StageFactory = { ...stagesOf(config), probability: () => given, strategy: () => given, risk: () => risk };
  const { pass } = newPipeline(stages, SHARDS);
  const interval = newInterval(SHARDS, '1m');
  const digest = newRunDigest(market);
  const tally = newTrialTally(config.risk.startingCash);
  const rests = canRest(config);
  return {
    pass: ({ bars, states, control, begins }, input, signals) => {
      if (rests && !begins && isLeftAlone(shared, account, input, signals)) return;
      interval.t = input.t;
      interval.bars = bars;
      interval.states = states;
      interval.signals = signals;
      interval.control = control;
      interval.executionControl = control;
      interval.shardControl.fill(control);
      if (begins) tally.begin();
      pass(interval);
      digest.add(interval);
      tally.add(interval);
    },
    outcome: (dates) => ({ digest: digest.current().all, dates, ...tally.current() }),
  };
}
