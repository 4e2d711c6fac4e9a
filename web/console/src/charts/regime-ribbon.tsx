import type { JSX } from 'react';
import type { BarRow, SymbolForecast } from '@aitrader/application-console';
import { clock } from '../words/times.ts';

/** How wild the market of a symbol was, bar by bar: the wilder, the higher. */
export function RegimeRibbon({ bars }: { readonly bars: readonly BarRow[] }): JSX.Element {
  const spans: { regime: SymbolForecast['regime']; from: number; to: number }[] = [];
  for (const [i, { forecast }] of bars.entries()) {
    if (forecast === null) continue;
    const last = spans.at(-1);
    if (last?.regime === forecast.regime && last.to === i) last.to = i + 1;
    else spans.push({ regime: forecast.regime, from: i, to: i + 1 });
  }
  const words = spans.map(({ regime, from }) => `${regime} from ${clock(bars[from]?.t ?? 0)}`).slice(-8);
  return (
    <svg
      className="regimes"
      viewBox={`0 0 ${Math.max(1, bars.length)} 10`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Regimes, the latest: ${words.join(', ')}`}
    >
      {spans.map(({ regime, from, to }) => (
        <rect key={from} className={regime} x={from} width={to - from} y={10 - HEIGHTS[regime]} height={HEIGHTS[regime]} />
      ))}
    </svg>
  );
}

const HEIGHTS: Readonly<Record<SymbolForecast['regime'], number>> = { calm: 3, normal: 6, turbulent: 10 };
