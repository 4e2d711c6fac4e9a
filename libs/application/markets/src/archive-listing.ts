import { partsToRead, type ArchiveActions, type ArchiveImport, type ArchivePart, type AsOf } from '@aitrader/adapter-bar-archive';
import { compareText, item, TIMEFRAMES, type Timeframe } from '@aitrader/model';
import { openedAsOf } from './archived-bars.ts';
import { dateWithin } from './bar-selection.ts';

/** What an archive has of a symbol in one timeframe. Dates are of New York; `bars` counts earlier versions, too. */
export interface ListedSymbol {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly from: string;
  readonly to: string;
  readonly bars: number;
  readonly adjustment: string;
}

/** An import with the versions of the parts that have bars of it, rising; none where all its bars were there. */
export interface ListedImport extends ArchiveImport {
  readonly versions: readonly number[];
}

export interface ArchiveListing {
  readonly archive: string;
  /** Parquet files that are read for all bars, and the bytes of all, those that were joined with them */
  readonly parts: number;
  readonly bytes: number;
  readonly bars: number;
  readonly symbols: readonly ListedSymbol[];
  readonly imports: readonly ListedImport[];
  /** files of corporate actions */
  readonly actions: readonly ArchiveActions[];
}

/** What an archive has, or had as of an instant or a version, by its catalogue alone. @throws ArchiveError */
export async function archiveListing(archive: string, asOf?: AsOf): Promise<ArchiveListing> {
  const { catalogue } = await openedAsOf({ path: archive, asOf });
  const { parts, imports, actions } = catalogue;
  const held = new Map<
    string,
    { symbol: string; timeframe: Timeframe; first: number; last: number; bars: number; adjustment: string }
  >();
  for (const { symbols, timeframe, adjustment, counts, firsts, lasts } of parts) {
    for (const [i, symbol] of symbols.entries()) {
      const key = `${timeframe} ${symbol}`;
      const own = held.get(key) ?? { symbol, timeframe, first: Infinity, last: -Infinity, bars: 0, adjustment };
      own.first = Math.min(own.first, item(firsts, i));
      own.last = Math.max(own.last, item(lasts, i));
      own.bars += item(counts, i);
      held.set(key, own);
    }
  }
  const symbols = [...held.values()]
    .sort((a, b) => TIMEFRAMES.indexOf(a.timeframe) - TIMEFRAMES.indexOf(b.timeframe) || compareText(a.symbol, b.symbol))
    // a close at midnight still belongs to the date that it ends
    .map(({ first, last, ...own }) => ({ ...own, from: dateWithin(first - 1), to: dateWithin(last - 1) }));
  const sum = (of: (part: (typeof parts)[number]) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return {
    archive,
    parts: partsToRead(catalogue).length,
    bytes: sum(({ bytes }) => bytes) + catalogue.joined.reduce((total, { bytes }) => total + bytes, 0),
    bars: sum(({ count }) => count),
    symbols,
    imports: imports.map((each) => ({ ...each, versions: versionsOf(each, parts) })),
    actions,
  };
}

const versionsOf = ({ id }: ArchiveImport, parts: readonly ArchivePart[]): readonly number[] =>
  [...new Set(parts.filter(({ imports }) => imports.includes(id)).map(({ version }) => version))].sort((a, b) => a - b);
