import { loadBarFiles } from '@aitrader/adapter-bar-files';
import { dailyClose, denseMarket } from '@aitrader/core-market';
import { isOfUse, parametersProblem } from '@aitrader/core-probability';
import {
  epochMs,
  runId,
  type Adjustment,
  type BarSource,
  type Control,
  type CorporateAction,
  type ModelParameters,
} from '@aitrader/model';
import type { Bus } from '@aitrader/runtime-bus';
import { ConfigurationError, loadModelParameters, type BarSourceSpec } from '@aitrader/runtime-configuration';
import type { LoadedActions } from './actions-file.ts';
import { actionsOfMarket, basisOfSources } from './actions-of-market.ts';
import { loadNamedActions } from './archived-actions.ts';
import { openArchivedBars } from './archived-bars.ts';
import { dateWithin, requireSelected, selectedCloses } from './bar-selection.ts';
import type { MarketBars } from './market-bars.ts';
import { inOnePart, wholeTable, type PartedBars } from './parted-bars.ts';
import { readingOptionsOf } from './reading-options.ts';
import { readingTexts } from './reading-texts.ts';
import { loadSample } from './sample.ts';
import { loadRecordedBars } from './recorded-bars.ts';

const HALF_DAY_MS = 12 * 60 * 60_000;
/** Files that a message names. */
const FILES_NAMED_MAX = 3;

export interface LoadedMarket {
  readonly table: MarketBars;
  readonly sources: readonly BarSource[];
  /** what was fitted to the symbols, before or along the bars */
  readonly parameters: readonly ModelParameters[];
  /** what a live market was said to be worth, as it was recorded */
  readonly levels?: readonly Control[];
  /** what companies did to their shares, as the prices of these bars follow it */
  readonly actions?: readonly CorporateAction[];
  /** how files of other shapes than the product's own were read, a line each */
  readonly readings?: readonly string[];
  /** why the bars are not all that the source has: the recording of a run that failed cannot be read further */
  readonly cutShort?: string | undefined;
}

/** A market whose bars are read as they are needed. */
export interface OpenMarket extends Omit<LoadedMarket, 'table'> {
  readonly bars: PartedBars;
}

/**
 * Opens the bars that a source names, and the parameters that go with them. An archive is read part by part; everything else is loaded.
 * @throws BarFileError, ArchiveError, UnknownRunError, ConfigurationError, also for a symbol or dates of which there are no bars
 */
export async function openBars(
  spec: BarSourceSpec,
  bus: () => Promise<Bus>,
  onProgress: (share: number) => void = () => undefined,
): Promise<OpenMarket> {
  const market = await openWithActions(spec, bus, onProgress);
  if (spec.kind === 'synthetic' || spec.parameters === undefined) return market;
  const { parameters, source } = await loadModelParameters(spec.parameters);
  const problems = parameters.flatMap((fitted, i) => {
    const problem = problemOf(fitted, market);
    return problem === undefined ? [] : [`parameters.${i} (${fitted.model} of ${fitted.symbol}).${problem}`];
  });
  const useless = problems.length > 0 ? undefined : uselessProblem(parameters, market);
  if (useless !== undefined) problems.push(useless);
  if (problems.length > 0) throw new ConfigurationError(spec.parameters, problems);
  return { ...market, sources: [...market.sources, source], parameters };
}

/** The market with the corporate actions of a file that is named, or else with those that an archive keeps. @throws ConfigurationError */
async function openWithActions(
  spec: BarSourceSpec,
  bus: () => Promise<Bus>,
  onProgress: (share: number) => void,
): Promise<OpenMarket> {
  const named = 'actions' in spec && spec.actions !== undefined ? await loadNamedActions(spec.actions) : undefined;
  if (spec.kind === 'archive') {
    const { bars, source, basisOf, actions: kept } = await openArchivedBars(spec);
    const market = { bars, sources: [source], parameters: [] };
    if (named !== undefined) return withActions(market, spec.actions ?? '', named, basisOf);
    return kept === undefined ? market : withActions(market, spec.path, kept, basisOf);
  }
  const { table, ...loaded } = await loadTable(spec, bus, onProgress);
  const market = { ...loaded, bars: inOnePart(table) };
  if (named === undefined || !('actions' in spec)) return market;
  return withActions(market, spec.actions ?? '', named, basisOfSources(market.sources));
}

function withActions(
  market: OpenMarket,
  place: string,
  loaded: LoadedActions,
  basisOf: (symbol: string) => Adjustment,
): OpenMarket {
  const actions = actionsOfMarket(place, loaded, market.bars, basisOf);
  return { ...market, actions, sources: [...market.sources, loaded.source] };
}

/** The same with all bars in memory. @throws as `openBars`, and Error for an archive with more bars than are ever loaded */
export async function loadBars(
  spec: BarSourceSpec,
  bus: () => Promise<Bus>,
  onProgress?: (share: number) => void,
): Promise<LoadedMarket> {
  const { bars, ...market } = await openBars(spec, bus, onProgress);
  return { ...market, table: await wholeTable(bars, onProgress) };
}

function problemOf(fitted: ModelParameters, { bars: { timeframe } }: OpenMarket): string | undefined {
  if (fitted.timeframe === timeframe) return parametersProblem(fitted);
  return `timeframe: it was fitted to bars of another length than these ${timeframe}, got "${fitted.timeframe}"`;
}

const SYMBOLS_SHOWN = 8;

/** A file may hold more than a run has a use for; one that changes nothing at all is another one than was meant. */
function uselessProblem(parameters: readonly ModelParameters[], { bars }: OpenMarket): string | undefined {
  const symbols = new Set<string>(bars.symbols);
  const ours = parameters.filter(({ symbol }) => symbols.has(symbol));
  if (ours.length === 0) {
    const of = [...new Set(parameters.map(({ symbol }) => symbol))].slice(0, SYMBOLS_SHOWN).join(', ') || 'nothing';
    return `parameters: none is of a symbol that these bars have: they are of ${of}`;
  }
  if (ours.some((fitted) => isOfUse(fitted, bars.timeframe, bars.last))) return undefined;
  return (
    'parameters: none would change a forecast of these bars: they were fitted up to the last of them or later (fit up to an earlier ' +
    'date with --to, or walk forward with --refit), or are of a model that no forecast takes up'
  );
}

async function loadTable(
  spec: Exclude<BarSourceSpec, { kind: 'archive' }>,
  bus: () => Promise<Bus>,
  onProgress: (share: number) => void,
): Promise<LoadedMarket> {
  switch (spec.kind) {
    case 'sample': {
      const { table, source } = loadSample(spec);
      return { table, sources: [source], parameters: [] };
    }
    case 'synthetic': {
      const { symbols, intervals } = spec;
      return {
        table: denseMarket({ symbols, intervals }),
        sources: [{ name: `synthetic ${symbols} × ${intervals}`, sha256: '', shape: 'synthetic', adjustment: 'raw' }],
        parameters: [],
      };
    }
    case 'recording': {
      const recorded = await loadRecordedBars(await bus(), runId(spec.run), onProgress);
      return { ...recorded, sources: [{ name: `recording ${spec.run}`, sha256: '', shape: 'recording', adjustment: 'unknown' }] };
    }
    case 'files':
      return loadFiles(spec, onProgress);
  }
}

async function loadFiles(
  spec: BarSourceSpec & { readonly kind: 'files' },
  onProgress: (share: number) => void,
): Promise<LoadedMarket> {
  const market = filesName(spec.paths);
  const { table, sources, files, held } = await loadBarFiles(spec.paths, {
    ...(spec.timeframe === undefined ? {} : { timeframe: spec.timeframe }),
    ...selectedCloses(market, spec),
    ...readingOptionsOf(spec),
    ...(spec.symbols === undefined ? {} : { symbols: spec.symbols }),
    closeOfDay: (start) => dailyClose(epochMs(start)),
    onProgress: (done, total) => onProgress(total === 0 ? 1 : done / total),
  });
  // daily bars are stamped with midnight, in New York or of UTC, of the date that they are of
  const dateOf = (start: number): string => dateWithin(table.timeframe === '1d' ? start + HALF_DAY_MS : start);
  requireSelected(market, spec, new Set(table.symbols), () =>
    held.map(({ symbol, firstStart, lastStart }) => ({ symbol, from: dateOf(firstStart), to: dateOf(lastStart) })),
  );
  return { table, sources, parameters: [], readings: readingTexts(files, table.timeframe) };
}

const filesName = (paths: readonly string[]): string =>
  paths.length <= FILES_NAMED_MAX
    ? paths.join(', ')
    : `${paths.slice(0, FILES_NAMED_MAX).join(', ')} and ${paths.length - FILES_NAMED_MAX} more`;
