import { decodeDenials, encodeDenials } from '@aitrader/contracts';
import { riskStage } from '@aitrader/core-risk';
import { newYorkInstant } from '@aitrader/core-sessions';
import {
  AT,
  epochMs,
  item,
  newBarSlice,
  newExecutionReport,
  newStateSlice,
  priceFromDollars,
  riskRulesOf,
  shardOf,
  signalId,
  STATE_WIDTH,
  ticker,
  type BarSlice,
  type EpochMs,
  type Signal,
  type StateSlice,
  type Ticker,
} from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { bindStage, newRiskDecision } from '@aitrader/runtime-engine';
import { quantileOf } from './quantile.ts';
import { benchSignatures, type SignatureFigures } from './signature-bench.ts';
import { symbolNames } from './streamed-bars.ts';

/** Signals of one minute: more than a market of thousands of symbols has. */
const SIGNALS = 700;
const ROUNDS = 60;
const WARM_UP_ROUNDS = 20;
/** one without a signal, one with one, one with all */
const MINUTES_A_ROUND = 3;
const MEDIAN = 0.5;
const CLOSE = 100;
const TEN_O_CLOCK = 600;
const MINUTE_MS = 60_000;
/** The first one warms up. */
const SINGLE_DATES = ['2025-01-06', '2025-01-07', '2025-01-08', '2025-01-10'] as const;
const SINGLE_MINUTES = 300;
const MICROS_PER_MS = 1_000;

export interface GateFigures extends SignatureFigures {
  readonly signals: number;
  readonly gates: number;
  /** all of them decided, with what every gate found, without what it takes to hear the minute */
  readonly decideMs: number;
  /** one in a minute of its symbol alone, minute after minute, with what it takes to hear its bar */
  readonly singleMicros: number;
  /** one in a minute of all, where the others have had the caches to themselves, without what it takes to hear the minute */
  readonly rareMicros: number;
  /** a minute of so many bars and states, without a signal */
  readonly hearMicros: number;
  readonly encodeMs: number;
  readonly decodeMs: number;
  readonly bytes: number;
}

/** How long risk takes to ask every gate of every signal of one minute, and what the denials take on the wire: medians. */
export function benchGates(onProgress: (share: number) => void): GateFigures {
  const symbols = symbolNames(SIGNALS).map(ticker);
  const stage = bindStage(riskStage, { ...riskRulesOf(SIMULATED_DEFAULTS), openOrdersMax: 0 });
  const decision = newRiskDecision();
  const times = {
    ...{ hear: [] as number[], rare: [] as number[], decide: [] as number[] },
    ...{ encode: [] as number[], decode: [] as number[] },
  };
  let [gates, bytes] = [0, 0];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const take = (into: number[], work: () => void): void => {
      const started = performance.now();
      work();
      if (round >= WARM_UP_ROUNDS) into.push(performance.now() - started);
    };
    const minute = (count: number, n: number): (() => void) => {
      const t = epochMs(newYorkInstant('2025-01-06', TEN_O_CLOCK) + (MINUTES_A_ROUND * round + n) * MINUTE_MS);
      const input = inputOf(t, symbols, count);
      return () => stage.apply(input, decision);
    };
    take(times.hear, minute(0, 0));
    take(times.rare, minute(1, 1));
    take(times.decide, minute(symbols.length, 2));
    let payload = '';
    take(times.encode, () => (payload = encodeDenials(decision)));
    const message = Buffer.from(payload);
    take(times.decode, () => void decodeDenials(message));
    [gates, bytes] = [decision.denials[0]?.gates.length ?? 0, message.length];
    onProgress((round + 1) / (WARM_UP_ROUNDS + ROUNDS));
  }
  const median = (of: readonly number[]): number => quantileOf(of, MEDIAN);
  const hearMs = median(times.hear);
  return {
    ...{ signals: symbols.length, gates, bytes },
    ...{ decideMs: median(times.decide) - hearMs, rareMicros: (median(times.rare) - hearMs) * MICROS_PER_MS },
    singleMicros: benchSingle(item(symbols, 0)) * MICROS_PER_MS,
    hearMicros: hearMs * MICROS_PER_MS,
    ...benchSignatures(),
    ...{ encodeMs: median(times.encode), decodeMs: median(times.decode) },
  };
}

/** Milliseconds to decide the one signal of a minute, hour after hour: the median. */
function benchSingle(symbol: Ticker): number {
  const stage = bindStage(riskStage, { ...riskRulesOf(SIMULATED_DEFAULTS), openOrdersMax: 0 });
  const decision = newRiskDecision();
  const times: number[] = [];
  for (const date of SINGLE_DATES)
    for (let n = 0; n < SINGLE_MINUTES; n++) {
      const input = inputOf(epochMs(newYorkInstant(date, TEN_O_CLOCK) + n * MINUTE_MS), [symbol], 1);
      const started = performance.now();
      stage.apply(input, decision);
      if (date !== SINGLE_DATES[0]) times.push(performance.now() - started);
    }
  return quantileOf(times, MEDIAN);
}

/** A minute in which every symbol has a bar, and so many of them a signal. */
function inputOf(t: EpochMs, symbols: readonly Ticker[], count: number): Parameters<typeof riskStage.apply>[1] {
  const signals = symbols.slice(0, count).map((symbol) => signalOf(t, symbol));
  return {
    t,
    bars: [barsOf(t, symbols)],
    states: [statesOf(t, symbols)],
    signals: [{ t, shard: 0, signals, exits: [] }],
    report: { ...newExecutionReport(), t, doubt: null },
    control: [],
    watchlist: null,
  };
}

/** States that move 10 bp in the root of a minute. */
function statesOf(t: EpochMs, symbols: readonly Ticker[]): StateSlice {
  const states = { ...newStateSlice(0, symbols.length), t, count: symbols.length, symbols: [...symbols] };
  symbols.forEach((_, i) => {
    states.rows[i * STATE_WIDTH + AT.z] = ((i * 7919 + t / 60_000) % 4_001) - 2_000;
    states.rows[i * STATE_WIDTH + AT.volatility] = 100_000;
  });
  return states;
}

function barsOf(t: EpochMs, symbols: readonly Ticker[]): BarSlice {
  const bars = {
    ...newBarSlice(shardOf('A', 1), '1m', symbols.length),
    t,
    knownAt: t,
    count: symbols.length,
    symbols: [...symbols],
  };
  for (const column of [bars.open, bars.high, bars.low, bars.close]) column.fill(CLOSE);
  bars.volume.fill(1_000_000);
  return bars;
}

const signalOf = (t: EpochMs, symbol: Ticker): Signal => ({
  id: signalId(t, symbol, 'breakout'),
  ...{ t, symbol, strategy: 'breakout', direction: 1, horizonMinutes: 30, holdMinutes: null },
  ...{ reference: priceFromDollars(CLOSE), stop: priceFromDollars(CLOSE - 1), target: priceFromDollars(CLOSE + 2) },
  forward: { meanE8: 200_000, sdE8: 1_000_000, dofMilli: 6_000, quantilesE8: [] },
  ...{ velocityUpPpm: 900_000, volatilityE8: 50_000, regimePpm: [900_000, 0, 100_000], regime: 0 },
  ...{ coverage95Ppm: 950_000, scored: 1_000, model: 'bench/1', stateFlags: 0 },
});
