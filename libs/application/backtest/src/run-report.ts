import type { RunId } from '@aitrader/model';
import type { Digest, RunSummary } from '@aitrader/runtime-engine';

export type HostName = 'memory' | 'bus';

export interface RunReport {
  readonly run: RunId;
  readonly host: HostName;
  readonly shards: number;
  readonly bars: number;
  readonly slices: number;
  readonly seconds: number;
  readonly barsPerSecond: number;
  readonly slicesPerSecond: number;
  readonly digest: Digest;
  readonly counts: RunSummary['counts'];
  /** the gates that refused anything, in the order in which they are asked */
  readonly gates: RunSummary['gates'];
  /** what the claims of each strategy have come to */
  readonly edges: RunSummary['edges'];
  readonly equity: RunSummary['equity'];
  readonly maxDrawdown: number;
  /** what the fills cost, and what of it is an assumption */
  readonly costs: RunSummary['costs'];
  /** how the account's recorded forecasts of itself fared */
  readonly forecasts: RunSummary['forecasts'];
  /** corporate actions that came into force */
  readonly actions: RunSummary['actions'];
  /** commands by which shares left the books */
  readonly writeOffs: RunSummary['writeOffs'];
}

const SECONDS_MIN = 1e-3;

/** What `--json` prints of a run, and what people read of it. */
export function reportOf(
  run: RunId,
  host: HostName,
  shards: number,
  result: RunSummary & { seconds: number; digest: Digest },
): RunReport {
  const { bars, slices, seconds, digest, counts, gates, edges, equity, maxDrawdown, costs, forecasts, actions, writeOffs } =
    result;
  const rate = (n: number): number => Math.round(n / Math.max(seconds, SECONDS_MIN));
  return {
    run,
    host,
    shards,
    bars,
    slices,
    seconds: Number(seconds.toFixed(3)),
    barsPerSecond: rate(bars),
    slicesPerSecond: rate(slices),
    digest,
    counts,
    gates,
    edges,
    equity,
    maxDrawdown,
    costs,
    forecasts,
    actions,
    writeOffs,
  };
}
