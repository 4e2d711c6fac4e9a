import type { JSX } from 'react';
import type { SymbolForecast } from '@aitrader/application-console';
import { price } from '../words/numbers.ts';

const [WIDTH, HEIGHT, MIDDLE] = [120, 14, 7];

/** The central intervals of 50, 80 and 95 % around a price, drawn to scale of the widest. */
export function RangeBar({ close, forecast }: { readonly close: number; readonly forecast: SymbolForecast }): JSX.Element {
  const { low50, high50, low80, high80, low95, high95, median } = forecast;
  const low = Math.min(low95, close);
  const span = Math.max(high95, close) - low || 1;
  const x = (value: number): number => ((value - low) / span) * WIDTH;
  const bar = (from: number, to: number, height: number, name: string): JSX.Element => (
    <rect className={name} x={x(from)} width={Math.max(1, x(to) - x(from))} y={MIDDLE - height / 2} height={height} rx={1} />
  );
  const words = `median ${price(median)}, 50 % ${price(low50)} to ${price(high50)}, 95 % ${price(low95)} to ${price(high95)}`;
  return (
    <svg className="range" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}>
      {bar(low95, high95, 4, 'p95')}
      {bar(low80, high80, 8, 'p80')}
      {bar(low50, high50, 12, 'p50')}
      <line className="at" x1={x(close)} x2={x(close)} y1={0} y2={HEIGHT} />
    </svg>
  );
}
