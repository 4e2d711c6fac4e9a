import { newYorkDate } from '@aitrader/core-sessions';
import { item, type Watchlist } from '@aitrader/model';
import { count } from './terminal.ts';

const MICRO = 1e6;
const MILLI = 1e3;
const E8 = 1e8;
const PERCENT = 100;

/** A symbol on a list, in the units that people use. */
interface ListedSymbol {
  readonly rank: number;
  readonly symbol: string;
  readonly score: number;
  readonly gapPercent: number;
  /** null: not known, and not asked for */
  readonly relativeVolume: number | null;
  readonly rangePercent: number;
  readonly trendSd: number;
  readonly uncertaintyPercent: number;
}

const listedOf = (list: Watchlist): ListedSymbol[] =>
  list.symbols.map((symbol, i) => ({
    rank: i + 1,
    symbol,
    score: item(list.scoreMicro, i) / MICRO,
    gapPercent: item(list.gapPpm, i) / (MICRO / PERCENT),
    relativeVolume: item(list.relativeVolumeMilli, i) === 0 ? null : item(list.relativeVolumeMilli, i) / MILLI,
    rangePercent: item(list.rangePpm, i) / (MICRO / PERCENT),
    trendSd: item(list.trendMilli, i) / MILLI,
    uncertaintyPercent: item(list.uncertaintyE8, i) / (E8 / PERCENT),
  }));

const timeText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** A list for programs. */
export const listDocument = (list: Watchlist): object => ({
  date: newYorkDate(list.t),
  time: timeText(list.minute),
  kind: list.kind,
  t: list.t,
  until: list.until,
  eligible: list.eligible,
  symbols: listedOf(list),
});

/** Lists for people, one after the other. */
export function scanText(
  lists: readonly Watchlist[],
  { symbols, volumeDaysMin }: { readonly symbols: number; readonly volumeDaysMin: number },
): string {
  if (lists.length === 0) return 'no list: the bars reach no time of a scan';
  const texts = lists.map((list) => [headOf(list, symbols), ...rowsOf(list)].join('\n'));
  const isEmpty = lists.every((list) => list.symbols.length === 0);
  const hint = `Every list is empty: volumes are held against at least ${volumeDaysMin} days before (scanner.volumeDaysMin), and symbols must pass the filters of the scanner.`;
  return [...texts, ...(isEmpty ? [hint] : [])].join('\n\n');
}

const headOf = (list: Watchlist, symbols: number): string =>
  `${newYorkDate(list.t)} ${timeText(list.minute)} ET, ${list.kind}: ${count(list.symbols.length)} of ${count(list.eligible)} that qualify, of ${count(symbols)}`;

function rowsOf(list: Watchlist): string[] {
  if (list.symbols.length === 0) return [];
  const signed = (value: number, digits: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
  const rows = listedOf(list).map((one) =>
    [
      String(one.rank).padStart(4),
      `  ${one.symbol.padEnd(10)}`,
      one.score.toFixed(2).padStart(7),
      `${signed(one.gapPercent, 2)} %`.padStart(11),
      (one.relativeVolume === null ? '–' : `${one.relativeVolume.toFixed(2)} ×`).padStart(10),
      `${one.rangePercent.toFixed(2)} %`.padStart(10),
      `${signed(one.trendSd, 2)} sd`.padStart(11),
      `${one.uncertaintyPercent.toFixed(2)} %`.padStart(10),
    ].join(''),
  );
  return ['rank  symbol      score        gap    volume     range      trend        sd', ...rows];
}
