import { describe, expect, it } from '@jest/globals';
import { appendBar, finishBarTable, newBarTableDraft, type BarTable } from '@aitrader/core-market';
import { newRandomStream, nextBell, nextUniform } from '@aitrader/core-numeric';
import { sessionsBetween } from '@aitrader/core-sessions';
import { dollarsOfPrice, item, QUANTITY_UNITS_PER_SHARE, ticker } from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { runInMemory } from './memory-run.ts';

const MINUTE_MS = 60_000;
const SYMBOLS = Array.from({ length: 8 }, (_, i) => ticker(`S${i}`));
const SESSIONS = sessionsBetween('2024-01-02', '2024-01-26');
const WITH_DRIFT = 8;
/** Minutes after which the drift of a symbol may turn, its size, and what a minute moves besides. */
const DRIFT_MINUTES = 120;
const DRIFT = 1.2e-4;
const NOISE = 5e-4;
/** Signals after the end of the drift by which nothing is staked any more. */
const SIGNALS_MAX = 400;

const cents = (dollars: number): number => Math.round(100 * dollars) / 100;

/** Prices that drift for hours in the first sessions, and are a random walk from then on. */
function marketWithDrift(seed: number): BarTable {
  const draft = newBarTableDraft('1m', SYMBOLS);
  const random = newRandomStream(seed);
  const closes = SYMBOLS.map(() => 100);
  const drifts = SYMBOLS.map(() => 0);
  for (const [s, { open: opens, close: closesAt }] of SESSIONS.entries()) {
    for (let minute = 1; minute <= (closesAt - opens) / MINUTE_MS; minute++) {
      for (const symbol of SYMBOLS.keys()) {
        if (minute % DRIFT_MINUTES === 1) drifts[symbol] = s < WITH_DRIFT ? (nextUniform(random) < 0.5 ? -DRIFT : DRIFT) : 0;
        const open = item(closes, symbol);
        const close = cents(open * (1 + item(drifts, symbol) + NOISE * nextBell(random)));
        closes[symbol] = close;
        const [high, low] = [cents(Math.max(open, close) * 1.0002), cents(Math.min(open, close) * 0.9998)];
        appendBar(draft, { t: opens + minute * MINUTE_MS, symbol, open, high, low, close, volume: 50_000 });
      }
    }
  }
  return finishBarTable(draft);
}

interface SessionSeen {
  signals: number;
  /** dollars that were approved */
  staked: number;
}

async function stakesOver(seed: number): Promise<readonly SessionSeen[]> {
  const seen = SESSIONS.map((): SessionSeen => ({ signals: 0, staked: 0 }));
  await runInMemory({
    table: marketWithDrift(seed),
    config: SIMULATED_DEFAULTS,
    shards: 1,
    watchers: [
      ({ t, signals, decision }) => {
        const session = item(
          seen,
          SESSIONS.findIndex(({ close }) => t <= close),
        );
        for (const slice of signals) session.signals += slice.signals.length;
        for (const { quantity, reference } of decision.orders)
          session.staked += (quantity / QUANTITY_UNITS_PER_SHARE) * dollarsOfPrice(reference);
      },
    ],
  });
  return seen;
}

describe('stakes on bars with a drift that is there for a while', () => {
  it.each([3, 7])('grow as it shows itself, and are none again soon after it has gone (seed %i)', async (seed) => {
    const seen = await stakesOver(seed);
    const staked = seen.map((session) => session.staked);
    const sum = (from: number, to: number): number => staked.slice(from, to).reduce((total, one) => total + one, 0);
    expect(staked[0]).toBe(0);
    expect(sum(WITH_DRIFT / 2, WITH_DRIFT)).toBeGreaterThan(3 * sum(0, WITH_DRIFT / 2));
    let signals = 0;
    for (const { signals: more, staked: dollars } of seen.slice(WITH_DRIFT)) {
      if (signals > SIGNALS_MAX) expect(dollars).toBe(0);
      signals += more;
    }
    expect(signals).toBeGreaterThan(1.5 * SIGNALS_MAX);
  });
});
