import { useNavigate } from '@tanstack/react-router';
import { useMemo, type JSX } from 'react';
import type { SymbolForecast, SymbolRow } from '@aitrader/application-console';
import { RangeBar } from '../charts/range-bar.tsx';
import { calmFor, useCalm } from '../parts/calm.ts';
import { Direction } from '../parts/direction.tsx';
import { useRun, useRunName } from '../stream/run-context.tsx';
import type { Column } from '../tables/column.ts';
import { fixed, percent, price } from '../words/numbers.ts';
import { RegimeMark } from './regime.tsx';
import { ServiceScreen } from './service-screen.tsx';
import { TableOf } from './table-of.tsx';

interface ForecastRow extends SymbolRow {
  readonly forecast: SymbolForecast;
}
const TO_BP = 1e4;
const widthBp = ({ forecast: { high95, low95 }, close }: ForecastRow): number => ((high95 - low95) / close) * TO_BP;

const COLUMNS: readonly Column<ForecastRow>[] = [
  { id: 'symbol', title: 'Symbol', value: ({ key }) => key },
  { id: 'close', title: 'Price', kind: 'number', value: ({ close }) => close, cell: ({ close }) => price(close) },
  {
    id: 'median',
    title: 'Median',
    words: 'median of the next close',
    kind: 'number',
    value: ({ forecast }) => forecast.median,
    cell: ({ forecast }) => price(forecast.median),
  },
  {
    id: 'range',
    title: '50 · 80 · 95 %',
    words: 'central intervals of the next close',
    value: widthBp,
    cell: ({ close, forecast }) => <RangeBar close={close} forecast={forecast} />,
  },
  { id: 'width', title: '95 % width, bp', kind: 'number', value: widthBp, cell: (row) => fixed(widthBp(row), 1), isMinor: true },
  {
    id: 'velocity',
    title: 'P(up)',
    words: 'probability that the price’s velocity is above zero',
    kind: 'number',
    value: ({ forecast }) => forecast.velocityUp,
    cell: ({ forecast: { velocityUp } }) => <Direction up={velocityUp >= 0.5} words={percent(velocityUp, 1)} />,
  },
  {
    id: 'regime',
    title: 'Regime',
    value: ({ forecast }) => forecast.regime,
    cell: ({ forecast }) => <RegimeMark regime={forecast.regime} />,
  },
  { id: 'state', title: 'Filter', value: ({ forecast }) => (forecast.isWarmingUp ? 'warming up' : 'sound'), isMinor: true },
];

/** What is believed of each symbol's next close: a distribution, never a number alone. */
export function Probability(): JSX.Element {
  const now = useRun(({ tables }) => tables.symbols);
  const symbols = useCalm(now, calmFor(now.byKey.size));
  const rows = useMemo(
    () => [...symbols.byKey.values()].flatMap((row) => (row.forecast === null ? [] : [{ ...row, forecast: row.forecast }])),
    [symbols],
  );
  const run = useRunName();
  const navigate = useNavigate();
  return (
    <ServiceScreen stage="probability" title="Probability">
      <Regimes rows={rows} />
      <section className="panel" aria-label="Forecasts">
        <TableOf
          label="forecasts"
          rows={rows}
          columns={COLUMNS}
          keyOf={({ key }) => key}
          sortFirst="symbol"
          empty="No state yet."
          onOpen={({ key }) => void navigate({ to: '/runs/$run/symbols/$symbol', params: { run, symbol: key }, search: {} })}
        />
      </section>
    </ServiceScreen>
  );
}

const REGIMES = ['calm', 'normal', 'turbulent'] as const;

/** How many symbols are in which regime. */
function Regimes({ rows }: { readonly rows: readonly ForecastRow[] }): JSX.Element {
  const counts = REGIMES.map((regime) => [regime, rows.filter(({ forecast }) => forecast.regime === regime).length] as const);
  return (
    <p>
      {counts.map(([regime, number]) => (
        <span key={regime} className="regime-count">
          <RegimeMark regime={regime} /> {number}
        </span>
      ))}
    </p>
  );
}
