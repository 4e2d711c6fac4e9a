import { momentAt, newYorkDate, newYorkInstant } from '@aitrader/core-sessions';
import { equityOf, unrealisedOf } from '@aitrader/core-portfolio';
import {
  dollarsOf,
  dollarsOfPrice,
  sharesOf,
  type DataLevel,
  type Denial,
  type EpochMs,
  type Fill,
  type Signal,
  type Trip,
} from '@aitrader/model';
import { appliedActions, type RunView } from '@aitrader/application-recordings';
import {
  accountForecastWords,
  actionCountWords,
  dataCauseWords,
  doubtLines,
  money,
  refusalWords,
  tripWords,
  writeOffWords,
} from '@aitrader/application-wording';
import { count, percent, signedMoney } from './terminal.ts';

const GATES_SHOWN = 5;
const GATE_WIDTH = 24;
const POSITIONS_SHOWN = 12;
/** Of the market's data: the worst level with entries in all symbols, and that at which some have none. */
const ENTRIES_LEVEL_MAX = 1;
const SYMBOLS_LEVEL = 2;
const SYMBOLS_SHOWN = 5;
const DOUBTS_SHOWN = 4;
const MINUTE_MS = 60_000;

/** New York wall-clock time of an instant, `HH:MM`. */
export function clockOf(t: EpochMs): string {
  const minute = Math.round((t - newYorkInstant(newYorkDate(t), 0)) / MINUTE_MS);
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

export const fillLine = (fill: Fill): string =>
  `${clockOf(fill.t)}  ${fill.side.padEnd(4)} ${String(sharesOf(fill.quantity)).padStart(6)} ${fill.symbol.padEnd(7)} at ${dollarsOfPrice(fill.price).toFixed(2).padStart(9)}  ${fill.leg}`;
export const denialLine = (denial: Denial): string =>
  `${clockOf(denial.t)}  ${denial.symbol.padEnd(7)} ${refusalWords(denial)}${denial.trip === '' ? '' : ` (${denial.trip})`}`;
const signalLine = (signal: Signal): string =>
  `${clockOf(signal.t)}  ${signal.direction > 0 ? '▲' : '▼'} ${signal.symbol.padEnd(7)} from ${dollarsOfPrice(signal.reference).toFixed(2).padStart(9)}` +
  `  P(up) ${(signal.velocityUpPpm / 1e4).toFixed(0)} %  mean ${(signal.forward.meanE8 / 1e4).toFixed(1)} bp  sd ${(signal.forward.sdE8 / 1e4).toFixed(1)} bp`;

const section = (title: string, lines: readonly string[]): string[] => [
  title,
  ...(lines.length === 0 ? ['  –'] : lines.map((line) => `  ${line}`)),
];

/** Cuts a line that would wrap. */
const cut = (line: string, columns: number): string => (line.length <= columns ? line : `${line.slice(0, columns - 1)}…`);

const GAP = '   ';
/** As many parts to a line as fit. */
function packed(parts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + GAP.length + part.length <= columns) lines[lines.length - 1] = last + GAP + part;
    else lines.push(part);
  }
  return lines;
}

/** Why nothing new is approved. */
export function haltText(trip: Trip): string {
  const words = tripWords(trip);
  return `NO ENTRIES: ${words} since ${newYorkDate(trip.t)} ${clockOf(trip.t)}`;
}

/** The same, with the id that its denials name. */
export const haltLine = (trip: Trip): string => `${haltText(trip)}${trip.id === '' ? '' : `, ${trip.id}`}`;

/** Whether there is anything to say of the market's data. */
const isWell = (data: DataLevel | undefined): boolean => data === undefined || (data.level === 0 && data.symbols.length === 0);

/** How far the market's data can be relied on, and what follows. */
function dataText({ level, symbols }: DataLevel): string {
  if (level <= ENTRIES_LEVEL_MAX) return `data D${level}`;
  return `data D${level}, no entries${level === SYMBOLS_LEVEL ? ` in ${symbols.slice(0, SYMBOLS_SHOWN).join(' ')}` : ''}`;
}

/** What is doubted of the account, the first things of many. */
function doubtParts({ doubt }: RunView): readonly string[] {
  const lines = doubt === null ? [] : doubtLines(doubt);
  const shown = lines.slice(0, DOUBTS_SHOWN).map((line) => `account: ${line}`);
  return lines.length > shown.length ? [...shown, `account: ${lines.length - shown.length} more`] : shown;
}

function sessionText({ cursor, t }: RunView): string {
  const { phase, session } = momentAt(cursor, t);
  const next =
    session === undefined || phase === 'POST' || phase === 'CLOSED'
      ? ''
      : phase === 'PRE' || phase === 'OVERNIGHT'
        ? `, opens ${clockOf(session.open)}`
        : `, closes ${clockOf(session.close)}`;
  return `${newYorkDate(t)} ${clockOf(t)} ET ${phase}${next}`;
}

/** Where the market and the account are, part by part. */
function headlineParts(view: RunView): string[] {
  const { ledger } = view;
  const equity = dollarsOf(equityOf(ledger));
  const start = dollarsOf(view.equityBefore);
  return [
    sessionText(view),
    `equity ${money(equity)} (${signedMoney(equity - start)})`,
    `realised ${signedMoney(dollarsOf(ledger.realised))}`,
    `unrealised ${signedMoney(dollarsOf(unrealisedOf(ledger)))}`,
    `drawdown ${percent(view.drawdownPpm / 1e6)}`,
    ...view.halts.flatMap((trip) => (trip.id === '' ? [haltText(trip)] : [haltText(trip), `trip ${trip.id}`])),
    ...doubtParts(view),
    ...(view.data === undefined || isWell(view.data) ? [] : [dataText(view.data)]),
    ...(view.actions.length === 0 ? [] : [`${actionCountWords(appliedActions(view))} applied`]),
    ...view.writeOffs.map(writeOffWords),
  ];
}

/** One line on where the market and the account are. */
export const headline = (view: RunView): string => headlineParts(view).join(GAP);

/** What the account forecast of itself last. */
const forecastLines = ({ forecast }: RunView): readonly string[] =>
  forecast === null ? [] : accountForecastWords(forecast).map((words) => `${clockOf(forecast.t)}  ${words}`);

/** The gates that were the reason most often. */
const gateRows = ({ gates }: RunView): string[] =>
  gates
    .current()
    .filter(({ denials }) => denials > 0)
    .sort((a, b) => b.denials - a.denials)
    .slice(0, GATES_SHOWN)
    .map(({ gate, denials, refusals }) => `${gate.padEnd(GATE_WIDTH)} ${count(denials).padStart(7)}, refused ${count(refusals)}`);

/** The whole screen, for a terminal of so many columns. */
export function screen(view: RunView, columns: number): string {
  const { ledger, counts, manifest } = view;
  const positions = [...ledger.positions.values()].map(
    ({ symbol, quantity, mark, cost, marketValue }) =>
      `${symbol.padEnd(7)} ${String(sharesOf(quantity)).padStart(7)} at ${dollarsOfPrice(mark).toFixed(2).padStart(9)}   ${signedMoney(dollarsOf(marketValue) - dollarsOf(cost))}`,
  );
  const tally = [
    `${count(view.bars)} bars in ${count(view.slices)} slices → ${count(counts.signals)} signals`,
    `→ ${count(counts.orders)} orders, ${count(counts.denials)} denials → ${count(counts.fills)} fills`,
  ];
  return [
    `AI Trader   ${manifest.run}   ${manifest.sources.map(({ name }) => name).join(', ')}`,
    ...packed(headlineParts(view), columns),
    ...(view.data === undefined || isWell(view.data) ? [] : [`data: ${dataCauseWords(view.data.causes, view.dataReason)}`]),
    ...packed(tally, columns),
    '',
    ...section(`Positions (${ledger.positions.size})`, positions.slice(0, POSITIONS_SHOWN)),
    ...section('Forecast', forecastLines(view)),
    ...section('Last fills', view.fills.map(fillLine)),
    ...section('Last signals', view.signals.map(signalLine)),
    ...section('Last denials', view.denials.map(denialLine)),
    ...section('Denials by gate', gateRows(view)),
    '',
    'Ctrl-C drains the services and ends the run.',
  ]
    .map((line) => cut(line, columns))
    .join('\n');
}
