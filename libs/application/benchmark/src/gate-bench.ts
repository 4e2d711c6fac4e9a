import { decodeDenials, encodeDenials } from '@aitrader/contracts';
import { riskStage } from '@aitrader/core-risk';
import { newYorkInstant } from '@aitrader/core-sessions';
import {
  AT,
  epochMs,
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
import { symbolNames } from './streamed-bars.ts';

/** Signals of one minute: more than a market of thousands of symbols has. */
const SIGNALS = 700;
const ROUNDS = 60;
const WARM_UP_ROUNDS = 20;
const MEDIAN = 0.5;
const CLOSE = 100;
const TEN_O_CLOCK = 600;
const MINUTE_MS = 60_000;
const MICROS_PER_MS = 1_000;

export interface GateFigures {
  readonly signals: number;
  readonly gates: number;
  /** all of them decided, with what every gate found */
  readonly decideMs: number;
  /** one alone */
  readonly singleMicros: number;
  readonly encodeMs: number;
  readonly decodeMs: number;
  readonly bytes: number;
}

/** How long risk takes to ask every gate of every signal of one minute, and what the denials take on the wire: medians. */
export function benchGates(onProgress: (share: number) => void): GateFigures {
  const symbols = symbolNames(SIGNALS).map(ticker);
  const stage = bindStage(riskStage, { ...riskRulesOf(SIMULATED_DEFAULTS), openOrdersMax: 0 });
  const decision = newRiskDecision();
  const times = { decide: [] as number[], single: [] as number[], encode: [] as number[], decode: [] as number[] };
  let [gates, bytes] = [0, 0];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const take = (into: number[], work: () => void): void => {
      const started = performance.now();
      work();
      if (round >= WARM_UP_ROUNDS) into.push(performance.now() - started);
    };
    const minute = (count: number, n: number): (() => void) => {
      const t = epochMs(newYorkInstant('2025-01-06', TEN_O_CLOCK) + (2 * round + n) * MINUTE_MS);
      const input = inputOf(t, symbols, count);
      return () => stage.apply(input, decision);
    };
    take(times.single, minute(1, 0));
    take(times.decide, minute(symbols.length, 1));
    let payload = '';
    take(times.encode, () => (payload = encodeDenials(decision)));
    const message = Buffer.from(payload);
    take(times.decode, () => void decodeDenials(message));
    [gates, bytes] = [decision.denials[0]?.gates.length ?? 0, message.length];
    onProgress((round + 1) / (WARM_UP_ROUNDS + ROUNDS));
  }
  const median = (of: readonly number[]): number => quantileOf(of, MEDIAN);
  return {
    ...{ signals: symbols.length, gates, bytes },
    ...{ decideMs: median(times.decide), singleMicros: median(times.single) * MICROS_PER_MS },
    ...{ encodeMs: median(times.encode), decodeMs: median(times.decode) },
  };
}

/** A minute in which every symbol has a bar, and so many of them a signal. */
function inputOf(t: EpochMs, symbols: readonly Ticker[], count: number): Parameters<typeof riskStage.apply>[1] {
  const signals = symbols.slice(0, count).map((symbol) => signalOf(t, symbol));
  return {
    t,
    bars: [barsOf(t, symbols)],
    states: [statesOf(t, symbols)],
    signals: [{ t, shard: 0, signals }],
    report: { ...newExecutionReport(), t },
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
  ...{ t, symbol, strategy: 'breakout', direction: 1, horizonMinutes: 30 },
  ...{ reference: priceFromDollars(CLOSE), stop: priceFromDollars(CLOSE - 1), target: priceFromDollars(CLOSE + 2) },
  forward: { meanE8: 200_000, sdE8: 1_000_000, dofMilli: 6_000, quantilesE8: [] },
  ...{ velocityUpPpm: 900_000, volatilityE8: 50_000, regimePpm: [900_000, 0, 100_000], regime: 0 },
  ...{ coverage95Ppm: 950_000, scored: 1_000, model: 'bench/1', stateFlags: 0 },
});
