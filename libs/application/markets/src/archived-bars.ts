import path from 'node:path';
import {
  archiveStorage,
  openArchive,
  readSelected,
  selectFrom,
  type BarArchive,
  type SelectedBars,
} from '@aitrader/adapter-bar-archive';
import { compareText, epochMs, item, type Adjustment, type BarSource, type Ticker, type Timeframe } from '@aitrader/model';
import type { BarSourceSpec } from '@aitrader/runtime-configuration';
import { dateWithin, requireSelected, selectedCloses, type HeldDates } from './bar-selection.ts';
import type { PartedBars } from './parted-bars.ts';

type ArchiveSpec = BarSourceSpec & { readonly kind: 'archive' };

/**
 * The bars that are wanted of an archive, to be read part by part.
 * @throws ArchiveError, and ConfigurationError for a symbol or dates of which it has no bars
 */
export async function openArchivedBars(spec: ArchiveSpec): Promise<{ readonly bars: PartedBars; readonly source: BarSource }> {
  const closes = selectedCloses(spec.path, spec);
  const archive = await openArchive(await archiveStorage(spec.path));
  const { timeframe, symbols } = spec;
  const selected = await selectFrom(archive, { ...closes, timeframe, symbols });
  requireSelected(spec.path, spec, new Set(selected.symbols), () => heldDates(archive, selected.timeframe));
  const source = {
    name: `archive ${path.basename(path.resolve(spec.path))}`,
    sha256: selected.sha256,
    shape: 'archive',
    adjustment: adjustmentOf(selected),
  };
  return { bars: partedBars(archive, selected), source };
}

/** That of all parts; where they have several, that of the whole is not known. */
function adjustmentOf({ windows }: SelectedBars): Adjustment {
  const [first = 'unknown', ...others] = new Set(windows.flatMap(({ parts }) => parts.map(({ adjustment }) => adjustment)));
  return others.length === 0 ? first : 'unknown';
}

const partedBars = (archive: BarArchive, selected: SelectedBars): PartedBars => ({
  timeframe: selected.timeframe,
  symbols: selected.symbols,
  first: epochMs(selected.first),
  last: epochMs(selected.last),
  count: selected.bars,
  parts: () => readSelected(archive, selected),
});

/** The symbols that an archive has bars of, with the dates of the first and the last. */
function heldDates({ catalogue }: BarArchive, timeframe: Timeframe): HeldDates[] {
  const held = new Map<Ticker, { first: number; last: number }>();
  for (const part of catalogue.parts) {
    if (part.timeframe !== timeframe) continue;
    for (const [i, symbol] of part.symbols.entries()) {
      const { first, last } = held.get(symbol) ?? { first: Infinity, last: -Infinity };
      held.set(symbol, { first: Math.min(first, item(part.firsts, i)), last: Math.max(last, item(part.lasts, i)) });
    }
  }
  // a close at midnight still belongs to the date that it ends
  return [...held]
    .map(([symbol, { first, last }]) => ({ symbol, from: dateWithin(first - 1), to: dateWithin(last - 1) }))
    .sort((a, b) => compareText(a.symbol, b.symbol));
}
