import { Link } from '@tanstack/react-router';
import { useMemo, type JSX } from 'react';
import type { BarRow, SymbolHistory } from '@aitrader/application-console';
import { useSymbolHistory } from '../api/queries.ts';
import { SymbolChart } from '../charts/symbol-chart.tsx';
import { levelsOf, marksOf } from '../charts/symbol-points.ts';
import { RegimeRibbon } from '../charts/regime-ribbon.tsx';
import { WithTable } from '../charts/with-table.tsx';
import { useParam } from '../chrome/params.ts';
import { useScreenSearch } from '../chrome/screen-search.ts';
import { Asked } from '../parts/asked.tsx';
import { Figure, Figures } from '../parts/figures.tsx';
import { Panel } from '../parts/panel.tsx';
import { When } from '../parts/when.tsx';
import { useRun, useRunName } from '../stream/run-context.tsx';
import { count, percent, price, signedPercent } from '../words/numbers.ts';
import { date, dateAndClock, instantOf } from '../words/times.ts';
import { RegimeMark } from './regime.tsx';
import { ScreenOf } from './screen.tsx';

const DAY_MS = 86_400_000;

/** The whole date in New York. */
function spanOf(day: string | undefined): { readonly from: number; readonly to: number } | undefined {
  const from = day === undefined ? undefined : instantOf(day, '00:00');
  return from === undefined ? undefined : { from, to: from + DAY_MS };
}

/** One symbol: its bars over what was believed of them, and what we did. */
export function SymbolScreen(): JSX.Element {
  const symbol = useParam('symbol');
  const { day } = useScreenSearch();
  const run = useRunName();
  const goesOn = useRun(({ beat }) => beat?.isGoingOn === true);
  const span = useMemo(() => spanOf(day), [day]);
  const history = useSymbolHistory(run, symbol, span, goesOn);
  return (
    <ScreenOf title={symbol} aside={<Days symbol={symbol} />}>
      <div className="stack">
        <Panel title="Now">
          <NowOf symbol={symbol} />
        </Panel>
        <Panel title={day === undefined ? 'Latest bars' : `Bars of ${day}`}>
          <Asked query={history} waiting="Reading the recording…">
            {(answer) => (answer.bars.length === 0 ? <p className="empty">No bar in this span.</p> : <BarsOf {...answer} />)}
          </Asked>
        </Panel>
      </div>
    </ScreenOf>
  );
}

/** The days that the run has been through. */
function Days({ symbol }: { readonly symbol: string }): JSX.Element {
  const run = useRunName();
  const to = useRun(({ market }) => market?.t);
  const from = useRun(({ head }) => head?.from);
  const days: string[] = [];
  for (let t = to ?? 0; from !== undefined && t > 0 && date(t) >= date(from) && days.length < 6; t -= DAY_MS)
    days.unshift(date(t));
  return (
    <nav className="tabs" aria-label="Days">
      {days.map((one) => (
        <Link key={one} to="." search={{ day: one }}>
          {one}
        </Link>
      ))}
      <Link to="." search={{ day: undefined }} activeOptions={{ explicitUndefined: true }}>
        latest
      </Link>
      <Link to="/runs/$run/why" params={{ run }} search={{ symbol }}>
        Why…
      </Link>
    </nav>
  );
}

function NowOf({ symbol }: { readonly symbol: string }): JSX.Element {
  const row = useRun(({ tables }) => tables.symbols.byKey.get(symbol));
  const held = useRun(({ tables }) => tables.positions.byKey.get(symbol));
  if (row === undefined) return <p className="empty">No bar of {symbol} yet.</p>;
  const { close, firstClose, t, volume, quarantined, forecast } = row;
  return (
    <Figures>
      <Figure label="Close" tone={quarantined ? 'warn' : 'plain'} hint={<When t={t} dated />}>
        {price(close)}
      </Figure>
      <Figure label="Day" tone={close < firstClose ? 'down' : 'up'}>
        {signedPercent(firstClose > 0 ? close / firstClose - 1 : 0)}
      </Figure>
      <Figure label="Volume">{count(volume)}</Figure>
      {forecast !== null && (
        <>
          <Figure label="Next close, median">{price(forecast.median)}</Figure>
          <Figure label="95 % of it in">
            {price(forecast.low95)} … {price(forecast.high95)}
          </Figure>
          <Figure label="P(up)">{percent(forecast.velocityUp, 1)}</Figure>
          <Figure label="Regime">
            <RegimeMark regime={forecast.regime} />
          </Figure>
        </>
      )}
      <Figure label="Held">
        {held === undefined || held.shares === 0 ? 'nothing' : `${count(held.shares)} at ${price(held.averageCost)}`}
      </Figure>
    </Figures>
  );
}

const HEADS = ['Close, ET', 'Open', 'High', 'Low', 'Close', 'Volume', 'Median', '95 %'];

function BarsOf({ symbol, bars, isCut }: SymbolHistory): JSX.Element {
  const tables = useRun((state) => state.tables);
  const [from, to] = [bars[0]?.t ?? 0, bars.at(-1)?.t ?? 0];
  const marks = useMemo(
    () => marksOf(symbol, { from, to }, tables.signals.byKey.values(), tables.fills.byKey.values()),
    [symbol, from, to, tables.signals, tables.fills],
  );
  const levels = useMemo(() => levelsOf(symbol, tables.orders.byKey.values()), [symbol, tables.orders]);
  const rows = useMemo(() => bars.map(cellsOf), [bars]);
  const inside = calibration(bars);
  const words = `${bars.length} bars of ${symbol} from ${dateAndClock(from)} to ${dateAndClock(to)}, close ${price(bars.at(-1)?.close ?? 0)}; ${marks.length} signals and fills`;
  return (
    <>
      <WithTable label={`Bars of ${symbol}`} heads={HEADS} rows={rows}>
        <SymbolChart words={words} bars={bars} marks={marks} levels={levels} />
        <RegimeRibbon bars={bars} />
      </WithTable>
      <p className="legend">
        <span>full: up, hollow: down</span>
        <span>bands: 50, 80 and 95 % of each close, as believed one bar before</span>
        <span>{inside}</span>
        <span>circles: signals, arrows: fills</span>
        <span>below: regime, the higher the wilder</span>
        {isCut && <span>earlier bars of the span are left out</span>}
        <span>
          Charts by{' '}
          <a href="https://www.tradingview.com/" rel="noreferrer">
            TradingView Lightweight Charts™
          </a>
        </span>
      </p>
    </>
  );
}

const cellsOf = ({ t, open, high, low, close, volume, forecast }: BarRow): readonly string[] => [
  dateAndClock(t),
  ...[open, high, low, close].map(price),
  count(volume),
  forecast === null ? '–' : price(forecast.median),
  forecast === null ? '–' : `${price(forecast.low95)} … ${price(forecast.high95)}`,
];

/** How many of the closes that are shown lay in their 95 % band. */
function calibration(bars: readonly BarRow[]): string {
  let [held, all] = [0, 0];
  for (const [i, { forecast }] of bars.entries()) {
    const next = bars[i + 1];
    if (forecast === null || forecast.isWarmingUp || next === undefined) continue;
    all += 1;
    if (next.close >= forecast.low95 && next.close <= forecast.high95) held += 1;
  }
  return all === 0 ? 'no forecast to hold against a close' : `the 95 % band held ${percent(held / all, 1)} of ${all} closes`;
}
