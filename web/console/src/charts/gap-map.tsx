import type { JSX } from 'react';
import type { BarCoverage } from '@aitrader/application-console';
import { count, percent } from '../words/numbers.ts';
import { clock } from '../words/times.ts';
import { WithTable } from './with-table.tsx';

const ROW_PX = 14;
const CELL_PX = 14;
const NAME_PX = 64;
const HEAD_PX = 16;
const HOUR_MS = 3_600_000;
/** A gap of one bar in fifteen is to be seen as well. */
const OPACITY_MIN = 0.18;

/** Symbols by the time of the day: the fuller the colour of a place, the more of its intervals had no bar. */
export function GapMap({ coverage }: { readonly coverage: BarCoverage }): JSX.Element {
  const { date, rows, stretches, intervals, stretchMinutes, symbols } = coverage;
  if (stretches.length === 0) return <p className="empty">No bar was recorded yet.</p>;
  const all = intervals.reduce((sum, one) => sum + one, 0);
  const [width, height] = [NAME_PX + stretches.length * CELL_PX, HEAD_PX + rows.length * ROW_PX];
  const worst = rows[0];
  const words = `${date}, ${count(all)} intervals of ${count(symbols)} symbols${symbols > rows.length ? `, the ${rows.length} with the most gaps` : ''}; ${
    worst === undefined ? 'no symbol' : `${worst.symbol} has the most: ${percent(worst.missing / all, 0)} without a bar`
  }`;
  const table = rows.map(({ symbol, missing }) => [symbol, count(missing), percent(missing / all, 1)]).reverse();
  return (
    <WithTable label="Gaps" heads={['Symbol', 'Without a bar', 'Share']} rows={table}>
      <p className="note">
        {words}. Each place is of {stretchMinutes} minutes; the fuller its colour, the more had no bar.
      </p>
      <div className="gap-map" tabIndex={0} role="region" aria-label="Gaps by symbol and time">
        <svg width={width} height={height} role="img" aria-label={words}>
          {stretches.map((t, i) =>
            t % HOUR_MS === 0 ? (
              <text key={t} x={NAME_PX + i * CELL_PX} y={HEAD_PX - 5}>
                {clock(t)}
              </text>
            ) : null,
          )}
          {rows.map(({ symbol, bars }, row) => (
            <g key={symbol} transform={`translate(0 ${HEAD_PX + row * ROW_PX})`}>
              <text x={0} y={ROW_PX - 4}>
                {symbol}
              </text>
              <rect className="had" x={NAME_PX} y={1} width={stretches.length * CELL_PX} height={ROW_PX - 2} />
              {bars.map((had, i) => {
                const missing = 1 - had / (intervals[i] ?? 1);
                return missing <= 0 ? null : (
                  <rect
                    key={stretches[i]}
                    className="gap"
                    x={NAME_PX + i * CELL_PX}
                    y={1}
                    width={CELL_PX - 1}
                    height={ROW_PX - 2}
                    opacity={OPACITY_MIN + (1 - OPACITY_MIN) * missing}
                  />
                );
              })}
            </g>
          ))}
        </svg>
      </div>
    </WithTable>
  );
}
