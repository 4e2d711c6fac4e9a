import { loadBarFiles, type BarColumns } from '@aitrader/adapter-bar-files';
import { dailyClose, dayBounds, denseMarket, sampleMarket } from '@aitrader/core-market';
import { parametersProblem } from '@aitrader/core-probability';
import { epochMs, runId, type BarSource, type ModelParameters, type Ticker } from '@aitrader/model';
import type { Bus } from '@aitrader/runtime-bus';
import { ConfigurationError, loadModelParameters, type BarSourceSpec } from '@aitrader/runtime-configuration';
import { loadRecordedBars } from './recorded-bars.ts';

/** A market's bars as columns, in the order of time and then of symbol. */
export type MarketBars = Readonly<Omit<BarColumns, 'symbols'>> & { readonly symbols: readonly Ticker[] };

export interface LoadedMarket {
  readonly table: MarketBars;
  readonly sources: readonly BarSource[];
  /** what was fitted to the symbols, before or along the bars */
  readonly parameters: readonly ModelParameters[];
}

/**
 * Loads the bars that a source names, and the parameters that go with them.
 * @throws BarFileError, ConfigurationError, UnknownRunError, RangeError for a date outside the calendar
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
  return { table: market.table, sources: [...market.sources, source], parameters };
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
    case 'sample':
      return { table: sampleMarket(), sources: [{ name: 'synthetic sample market', sha256: '' }], parameters: [] };
    case 'synthetic': {
      const { symbols, intervals } = spec;
      return {
        table: denseMarket({ symbols, intervals }),
        sources: [{ name: `synthetic ${symbols} × ${intervals}`, sha256: '' }],
        parameters: [],
      };
    }
    case 'recording': {
      const { table, parameters } = await loadRecordedBars(await bus(), runId(spec.run), onProgress);
      return { table, parameters, sources: [{ name: `recording ${spec.run}`, sha256: '' }] };
    }
    case 'files': {
      const loaded = await loadBarFiles(spec.paths, {
        ...(spec.timeframe === undefined ? {} : { timeframe: spec.timeframe }),
        ...(spec.from === undefined ? {} : { from: dayBounds(spec.from).first }),
        ...(spec.to === undefined ? {} : { to: dayBounds(spec.to).last }),
        ...(spec.symbols === undefined ? {} : { symbols: spec.symbols }),
        closeOfDay: (start) => dailyClose(epochMs(start)),
        onProgress: (done, total) => onProgress(total === 0 ? 1 : done / total),
      });
      return { ...loaded, parameters: [] };
    }
  }
}
