import { inOnePart, marketOf, newManifest } from '@aitrader/application-markets';
import { runInMemory, stagesOf } from '@aitrader/application-pipeline';
import { Recorder } from '@aitrader/application-recordings';
import { type BarTable } from '@aitrader/core-market';
import { runId, ticker, type Control, type CorporateAction, type Manifest, type RunConfig, type RunId } from '@aitrader/model';
import type { Bus } from '@aitrader/runtime-bus';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import type { StageFactory } from '@aitrader/runtime-engine';
import { HASTY, marketBetween } from './small-market.ts';

/** A configuration with which a short day has many trades, and what is to differ from it. */
export const eager = (more: Readonly<Record<string, unknown>> = {}): RunConfig => parseRunConfig(more, 'an eager day', EAGER);
const EAGER = parseRunConfig({ simulation: { feePerShareDollars: 0.001 } }, 'an eager day', HASTY);

/** Two hours of four symbols. */
export const DAY: BarTable = marketBetween(
  Date.UTC(2024, 6, 3, 13, 30),
  Date.UTC(2024, 6, 3, 15, 30),
  ['SYN.B', 'SYN01', 'SYN02', 'SYN03'].map(ticker),
);

/** How a day is recorded. */
export interface RecordedDay {
  readonly config?: RunConfig;
  readonly table?: BarTable;
  readonly shards?: number;
  /** in place of the stages of the configuration */
  readonly stages?: (config: RunConfig) => StageFactory;
  readonly commands?: readonly Control[];
  readonly actions?: readonly CorporateAction[];
  /** what the manifest says otherwise */
  readonly manifest?: Partial<Manifest>;
}

/** Records a day in one process, as the services would. */
export async function recordDay(bus: Bus, name: string, day: RecordedDay = {}): Promise<RunId> {
  const { run, end } = await recordOpenDay(bus, name, day);
  await end();
  return run;
}

/** The same, of which nobody has said yet that it is over: `end` does. */
export async function recordOpenDay(
  bus: Bus,
  name: string,
  day: RecordedDay = {},
): Promise<{ readonly run: RunId; readonly end: () => Promise<void> }> {
  const { config = eager(), table = DAY, shards = 2, stages = stagesOf, commands = [], actions = [] } = day;
  const run = runId(name);
  const sources = [{ name: 'a day', sha256: '', shape: 'synthetic', adjustment: 'raw' } as const];
  const manifest = newManifest(run, 'paper', shards, config, marketOf({ bars: inOnePart(table), sources }));
  const recorder = await Recorder.begin(bus, { ...manifest, ...day.manifest });
  const [watchers, flush] = [[recorder.add], () => recorder.flush()];
  await runInMemory({ table, config, shards, stages: stages(config), levels: commands, actions, watchers, flush });
  return { run, end: () => recorder.end() };
}
