import { loadBarFiles } from '@aitrader/adapter-bar-files';
import { dailyClose, denseMarket } from '@aitrader/core-market';
import { parametersProblem } from '@aitrader/core-probability';
import { epochMs, runId, type BarSource, type ModelParameters } from '@aitrader/model';
import type { Bus } from '@aitrader/runtime-bus';
import { ConfigurationError, loadModelParameters, type BarSourceSpec } from '@aitrader/runtime-configuration';
import { dateWithin, requireSelected, selectedCloses } from './bar-selection.ts';
import type { MarketBars } from './market-bars.ts';
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
  /** why the bars are not all that the source has: the recording of a run that failed cannot be read further */
  readonly cutShort?: string | undefined;
}

/**
 * Loads the bars that a source names, and the parameters that go with them.
 * @throws BarFileError, UnknownRunError, ConfigurationError, also for a symbol or dates of which there are no bars
 */
export async function loadBars(
  spec: BarSourceSpec,
  bus: () => Promise<Bus>,
  onProgress: (share: number) => void = () => undefined,
): Promise<LoadedMarket> {
  const market = await loadTable(spec, bus, onProgress);
  if (spec.kind === 'synthetic' || spec.parameters === undefined) return market;
  const { parameters, source } = await loadModelParameters(spec.parameters);
  const problems = parameters.flatMap((fitted, i) => {
    const problem = problemOf(fitted, market);
    return problem === undefined ? [] : [`parameters.${i} (${fitted.model} of ${fitted.symbol}).${problem}`];
  });
  if (problems.length > 0) throw new ConfigurationError(spec.parameters, problems);
  return { ...market, sources: [...market.sources, source], parameters };
}

function problemOf(fitted: ModelParameters, { table: { timeframe } }: LoadedMarket): string | undefined {
  if (fitted.timeframe === timeframe) return parametersProblem(fitted);
  return `timeframe: it was fitted to bars of another length than these ${timeframe}, got "${fitted.timeframe}"`;
}

async function loadTable(
  spec: BarSourceSpec,
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
        sources: [{ name: `synthetic ${symbols} × ${intervals}`, sha256: '' }],
        parameters: [],
      };
    }
    case 'recording': {
      const recorded = await loadRecordedBars(await bus(), runId(spec.run), onProgress);
      return { ...recorded, sources: [{ name: `recording ${spec.run}`, sha256: '' }] };
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
  const { table, sources, held } = await loadBarFiles(spec.paths, {
    ...(spec.timeframe === undefined ? {} : { timeframe: spec.timeframe }),
    ...selectedCloses(market, spec),
    ...(spec.symbols === undefined ? {} : { symbols: spec.symbols }),
    closeOfDay: (start) => dailyClose(epochMs(start)),
    onProgress: (done, total) => onProgress(total === 0 ? 1 : done / total),
  });
  // daily bars are stamped with midnight, in New York or of UTC, of the date that they are of
  const dateOf = (start: number): string => dateWithin(table.timeframe === '1d' ? start + HALF_DAY_MS : start);
  requireSelected(market, spec, new Set(table.symbols), () =>
    held.map(({ symbol, firstStart, lastStart }) => ({ symbol, from: dateOf(firstStart), to: dateOf(lastStart) })),
  );
  return { table, sources, parameters: [] };
}

const filesName = (paths: readonly string[]): string =>
  paths.length <= FILES_NAMED_MAX
    ? paths.join(', ')
    : `${paths.slice(0, FILES_NAMED_MAX).join(', ')} and ${paths.length - FILES_NAMED_MAX} more`;
