import { appendBar, finishBarTable, newBarTableDraft } from '@aitrader/core-market';
import { exp, newRandomStream, nextBell } from '@aitrader/core-numeric';
import { sessionsBetween } from '@aitrader/core-sessions';
import { compareText, ticker } from '@aitrader/model';
import type { MarketBars } from '@aitrader/application-markets';

/** Daily returns in per cent, h = ω + (α + γ [r < 0]) r² + β h, with normal shocks: the truth is known. */
export interface Truth {
  readonly omega: number;
  readonly alpha: number;
  readonly gamma: number;
  readonly beta: number;
}
/** Variance that comes and goes, and rises with losses. */
export const CLUSTERED: Truth = { omega: 0.05, alpha: 0.04, gamma: 0.3, beta: 0.78 };
/** The same variance every day. */
export const CALM: Truth = { omega: 1, alpha: 0, gamma: 0, beta: 0 };

const NAMES = ['AA', 'BB', 'CC', 'DD', 'EE', 'FF', 'GG', 'HH'];
const SPREAD = 0.002;

/** Daily bars of some symbols by a truth; from a date on by another one, where there is one. */
export function knownMarket(
  truth: Truth,
  seed: number,
  range: readonly [string, string],
  later?: { readonly from: string; readonly truth: Truth },
): MarketBars {
  const sessions = sessionsBetween(...range);
  const draft = newBarTableDraft('1d', NAMES.map((name) => ticker(name)).sort(compareText));
  const walks = NAMES.map((_, i) => ({ luck: newRandomStream(seed * 100 + i), h: 1, r: 0, close: 10_000 }));
  for (const { date, close: t } of sessions) {
    const { omega, alpha, gamma, beta } = later !== undefined && date >= later.from ? later.truth : truth;
    for (const [symbol, walk] of walks.entries()) {
      walk.h = omega + (alpha + (walk.r < 0 ? gamma : 0)) * walk.r * walk.r + beta * walk.h;
      walk.r = Math.sqrt(walk.h) * nextBell(walk.luck);
      const before = walk.close;
      walk.close = Math.round(before * exp(walk.r / 100) * 100) / 100;
      const [high, low] = [Math.max(before, walk.close) * (1 + SPREAD), Math.min(before, walk.close) * (1 - SPREAD)];
      appendBar(draft, { t, symbol, open: before, high, low, close: walk.close, volume: 1_000_000 });
    }
  }
  return finishBarTable(draft);
}
