import { useNavigate } from '@tanstack/react-router';
import { useMemo, type JSX } from 'react';
import type { SymbolRow } from '@aitrader/application-console';
import { useCoverage } from '../api/queries.ts';
import { GapMap } from '../charts/gap-map.tsx';
import { useScreenSearch } from '../chrome/screen-search.ts';
import { Asked } from '../parts/asked.tsx';
import { calmFor, useCalm } from '../parts/calm.ts';
import { Badge } from '../parts/figures.tsx';
import { Panel } from '../parts/panel.tsx';
import { useRun, useRunName } from '../stream/run-context.tsx';
import type { Column } from '../tables/column.ts';
import { count, price, signedPercent } from '../words/numbers.ts';
import { clock, duration } from '../words/times.ts';
import { ServiceScreen } from './service-screen.tsx';
import { TableOf } from './table-of.tsx';
import { Tabs } from './tabs.tsx';

/** A symbol's last bar, and how old that is for the run. */
export interface AgedSymbol extends SymbolRow {
  readonly ageMs: number;
}
const STALE_MS = 300_000;
const changeOf = ({ close, firstClose }: SymbolRow): number => (firstClose > 0 ? close / firstClose - 1 : 0);

const COLUMNS: readonly Column<AgedSymbol>[] = [
  { id: 'symbol', title: 'Symbol', value: ({ key }) => key },
  { id: 'close', title: 'Close', kind: 'number', value: ({ close }) => close, cell: ({ close }) => price(close) },
  {
    id: 'change',
    title: 'Day',
    words: 'change since the first close of the trade date',
    kind: 'number',
    value: changeOf,
    cell: (row) => <span className={changeOf(row) < 0 ? 'tone-down' : 'tone-up'}>{signedPercent(changeOf(row))}</span>,
  },
  {
    id: 'volume',
    title: 'Volume',
    kind: 'number',
    value: ({ volume }) => volume,
    cell: ({ volume }) => count(volume),
    isMinor: true,
  },
  { id: 't', title: 'Last bar, ET', value: ({ t }) => t, cell: ({ t }) => clock(t) },
  {
    id: 'age',
    title: 'Age',
    words: 'age of the last bar by the run’s clock',
    kind: 'number',
    value: ({ ageMs }) => ageMs,
    cell: ({ ageMs }) => (ageMs > STALE_MS ? <span className="tone-warn">▲ {duration(ageMs)}</span> : duration(ageMs)),
  },
  {
    id: 'state',
    title: 'Bar',
    value: ({ quarantined }) => (quarantined ? 'quarantined' : 'sound'),
    cell: ({ quarantined }) => (quarantined ? <Badge tone="bad">✕ quarantined</Badge> : 'sound'),
  },
];

/** The symbols with the age of their last bar, by the run's own clock. */
export function useAgedSymbols(): readonly AgedSymbol[] {
  const now = useRun(({ tables }) => tables.symbols);
  const symbols = useCalm(now, calmFor(now.byKey.size));
  const t = useCalm(
    useRun(({ market }) => market?.t ?? 0),
    calmFor(now.byKey.size),
  );
  return useMemo(() => [...symbols.byKey.values()].map((row) => ({ ...row, ageMs: Math.max(0, t - row.t) })), [symbols, t]);
}

const TABS = [
  ['symbols', 'Symbols'],
  ['gaps', 'Gaps'],
] as const;

function Gaps(): JSX.Element {
  const goesOn = useRun(({ beat }) => beat?.isGoingOn === true);
  return (
    <Panel title="Gaps of the last trade date">
      <Asked query={useCoverage(useRunName(), goesOn)} waiting="Reading the bars of the recording…">
        {(coverage) => <GapMap coverage={coverage} />}
      </Asked>
    </Panel>
  );
}

/** Bars as they come: which symbol has none of late, and what is not to be relied on. */
export function Ingest(): JSX.Element {
  const rows = useAgedSymbols();
  const run = useRunName();
  const navigate = useNavigate();
  const market = useRun((state) => state.market);
  const { tab = 'symbols' } = useScreenSearch();
  const quarantined = rows.filter((row) => row.quarantined).length;
  const stale = rows.filter(({ ageMs }) => ageMs > STALE_MS).length;
  return (
    <ServiceScreen stage="ingest" title="Ingest">
      <p>
        {count(rows.length)} symbols have bars; {count(stale)} none for five minutes of the run, {count(quarantined)} quarantined.{' '}
        {market?.dataLevel === null
          ? 'The bars are played.'
          : `Data level D${market?.dataLevel ?? 0}${market?.dataReason === '' ? '' : `: ${market?.dataReason ?? ''}`}.`}
      </p>
      <Tabs label="Parts of ingest" tabs={TABS} />
      {tab === 'gaps' ? (
        <Gaps />
      ) : (
        <section className="panel" aria-label="Symbols">
          <TableOf
            label="symbols"
            rows={rows}
            columns={COLUMNS}
            keyOf={({ key }) => key}
            sortFirst="symbol"
            empty="No bar yet."
            toneOf={(row) => (row.quarantined ? 'attention' : undefined)}
            onOpen={({ key }) => void navigate({ to: '/runs/$run/symbols/$symbol', params: { run, symbol: key }, search: {} })}
          />
        </section>
      )}
    </ServiceScreen>
  );
}
