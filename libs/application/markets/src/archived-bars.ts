import path from 'node:path';
import {
  archiveAsOf,
  ArchiveError,
  archiveStorage,
  openArchive,
  readSelected,
  selectFrom,
  toldAt,
  type AsOf,
  type BarArchive,
  type SelectedBars,
} from '@aitrader/adapter-bar-archive';
import { compareText, epochMs, item, type Adjustment, type BarSource, type Ticker, type Timeframe } from '@aitrader/model';
import { ConfigurationError, type BarSourceSpec } from '@aitrader/runtime-configuration';
import type { LoadedActions } from './actions-file.ts';
import { actionsName, loadArchivedActions } from './archived-actions.ts';
import { dateWithin, requireSelected, selectedCloses, type HeldDates } from './bar-selection.ts';
import type { PartedBars } from './parted-bars.ts';

type ArchiveSpec = BarSourceSpec & { readonly kind: 'archive' };

/** Bars of an archive, to be read part by part, and the actions that it keeps beside them. */
export interface ArchivedMarket {
  readonly bars: PartedBars;
  readonly source: BarSource;
  /** what the prices of a symbol are adjusted for */
  readonly basisOf: (symbol: string) => Adjustment;
  /** undefined where it has none of any symbol */
  readonly actions: LoadedActions | undefined;
}

/**
 * Opens what is wanted of an archive. @throws ArchiveError, and ConfigurationError for a symbol or dates of which it has no bars, and for
 * an adjustment that it knows better
 */
export async function openArchivedBars(spec: ArchiveSpec): Promise<ArchivedMarket> {
  const closes = selectedCloses(spec.path, spec);
  const archive = await openedAsOf(spec);
  const { timeframe, symbols } = spec;
  const selected = await selectFrom(archive, { ...closes, timeframe, symbols });
  requireSelected(spec.path, spec, new Set(selected.symbols), () => heldDates(archive, selected.timeframe));
  const bases = basesOf(selected, spec);
  const [basis = 'unknown', ...others] = new Set(bases.values());
  const source = {
    name: `${archiveName(spec.path)}${asOfText(spec.asOf)}`,
    sha256: selected.sha256,
    shape: 'archive',
    adjustment: others.length === 0 ? basis : 'unknown',
  };
  return {
    bars: partedBars(archive, selected),
    source,
    basisOf: (symbol) => bases.get(symbol) ?? 'unknown',
    actions: await loadArchivedActions(archive, `${actionsName(spec.path)}${asOfText(spec.asOf)}`),
  };
}

/** The archive as of what is said, or as it is. @throws ArchiveError where it had no bars by then */
export async function openedAsOf({ path: address, asOf }: Pick<ArchiveSpec, 'path' | 'asOf'>): Promise<BarArchive> {
  const archive = await openArchive(await archiveStorage(address));
  if (asOf === undefined) return archive;
  const then = archiveAsOf(archive, asOf);
  if (then.catalogue.parts.length > 0 || archive.catalogue.parts.length === 0) return then;
  throw new ArchiveError(address, `has no bars${asOfText(asOf)}: ${beginningText(archive, asOf)}`);
}

const beginningText = ({ catalogue: { parts, imports } }: BarArchive, asOf: AsOf): string =>
  'at' in asOf
    ? `it was told of the first ones at ${instantText(Math.min(...imports.map(toldAt)))}`
    : `its versions go from v${Math.min(...parts.map(({ version }) => version))} on`;

const instantText = (at: number): string => new Date(at).toISOString();

/** ` as of 2024-07-03T12:00:00.000Z`, ` as of v2`, or nothing. */
const asOfText = (asOf: AsOf | undefined): string =>
  asOf === undefined ? '' : ` as of ${'at' in asOf ? instantText(asOf.at) : `v${asOf.version}`}`;

const archiveName = (address: string): string => `archive ${path.basename(path.resolve(address))}`;

/** What the prices of each symbol are adjusted for: as the archive knows, or else as is said. @throws ConfigurationError */
function basesOf({ windows, symbols }: SelectedBars, { path: place, adjustment }: ArchiveSpec): ReadonlyMap<string, Adjustment> {
  const bases = new Map<string, Adjustment>();
  for (const part of windows.flatMap(({ parts }) => parts)) for (const symbol of part.symbols) bases.set(symbol, part.adjustment);
  const own = symbols.map((symbol) => [symbol, bases.get(symbol) ?? 'unknown'] as const);
  const [known] = own.filter(([, basis]) => basis !== 'unknown' && basis !== adjustment);
  if (adjustment !== undefined && known !== undefined)
    throw new ConfigurationError(place, [
      `--adjustment ${adjustment}: it knows what the prices of ${known[0]} are adjusted for, ${known[1]}`,
    ]);
  return new Map(own.map(([symbol, basis]) => [symbol, basis === 'unknown' ? (adjustment ?? basis) : basis]));
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
