import type { FittableModel } from '@aitrader/core-estimation';
import { newYorkDate } from '@aitrader/core-sessions';
import { epochMs } from '@aitrader/model';
import type { ParametersEntry } from '@aitrader/runtime-configuration';
import { requireWritable } from '@aitrader/runtime-storage';
import type { Listener } from '@aitrader/runtime-telemetry';
import type { BarSeries } from './bar-series.ts';
import type { ParametersOf } from './parameter-text.ts';
import { entryOf, latestOf, merged, readParametersFile, writeParametersFile } from './parameters-file.ts';
import type { RefitRecord, RefitSymbol } from './refit-document.ts';
import { isConverged, refitPoints, refits, type RefitPlan, type RefitPoint } from './refit-walk.ts';

const count = (value: number): string => value.toLocaleString('en-US');

/** What is to be fitted again and again, and where its parameters go. */
export interface RefitRun {
  /** what the command line calls the model */
  readonly name: string;
  readonly model: FittableModel;
  readonly plan: RefitPlan;
  readonly into: string;
  readonly init: ParametersOf | undefined;
  readonly iterationsMax: number | undefined;
  readonly listener: Listener;
}

/** A symbol with its fits to be made; none when it has too few bars. */
interface Planned {
  readonly series: BarSeries;
  readonly points: readonly RefitPoint[];
}

/**
 * Fits every symbol as of the ends of its sessions or weeks, and takes all parameters up into the file at once, at the end. Says which
 * fits did not converge. @throws Error for a window that is too short for the model, and when the file cannot be written
 */
export async function refitBars(all: readonly BarSeries[], run: RefitRun): Promise<RefitSymbol[]> {
  const { model, plan, into, listener } = run;
  if (plan.window < model.observationsMin)
    throw new Error(`--window is ${plan.window}: ${run.name} takes at least ${model.observationsMin} observations`);
  await requireWritable(into);
  const known = await readParametersFile(into);
  const planned = all.map((series): Planned => ({ series, points: refitPoints(series, plan) }));
  const total = planned.reduce((sum, { points }) => sum + points.length, 0);
  const progress = listener.progress('fitting');
  const entries: ParametersEntry[] = [];
  let done = 0;
  const onRefit = (entry: ParametersEntry | undefined): void => {
    if (entry !== undefined) entries.push(entry);
    done++;
    progress.at(done / total);
  };
  const symbols: RefitSymbol[] = [];
  try {
    for (const one of planned) symbols.push(refitSymbol(one, run, known, onRefit));
  } finally {
    progress.done();
  }
  if (entries.length > 0) await store(into, entries, listener);
  return symbols;
}

function refitSymbol(
  { series, points }: Planned,
  { name, model, plan, into, init, iterationsMax, listener }: RefitRun,
  known: readonly ParametersEntry[],
  onRefit: (entry: ParametersEntry | undefined) => void,
): RefitSymbol {
  const { symbol } = series;
  if (points.length === 0) return { symbol, records: [], error: tooFew(series, plan) };
  const start = init?.(symbol);
  if (init && start === undefined)
    listener.remark(`${symbol}: --init has no parameters of it, so its first fit starts by itself`);
  const records: RefitRecord[] = [];
  const mine: ParametersEntry[] = [];
  for (const { of, fittedTo, outcome } of refits(series, model, points, plan.window, { init: start, iterationsMax })) {
    const isKept = !isConverged(outcome);
    const entry = isConverged(outcome) ? entryOf(of, name, outcome.fit) : undefined;
    if (entry !== undefined) mine.push(entry);
    // of two with the same last bar the one of this walk counts, as it will in the file
    const inForce = entry ?? latestOf([...known, ...mine], symbol, name, fittedTo);
    const record = { symbol, fittedTo, version: inForce?.version ?? null, isKept, outcome };
    if (isKept) listener.warn(keptText(record, name, into, inForce));
    records.push(record);
    onRefit(entry);
  }
  const hasFit = records.some(({ isKept }) => !isKept);
  return {
    symbol,
    records,
    error: hasFit ? undefined : new Error(`${symbol}: none of its ${count(records.length)} fits converged`),
  };
}

function tooFew({ symbol, times }: BarSeries, { every, window }: RefitPlan): Error {
  const need = `a fit takes ${count(window)} (--window)`;
  if (times.length < window) return new Error(`${symbol}: there are ${count(times.length)} observations, and ${need}`);
  const instead = every === 'weekly' ? '--refit nightly or a smaller --window' : 'a smaller --window';
  return new Error(
    `${symbol}: no ${every === 'nightly' ? 'session' : 'week'} ends after the first ${count(window)} observations; ${instead} may do`,
  );
}

/** Says that a fit changed nothing, why, and what stays in force. */
function keptText(
  { symbol, fittedTo, outcome }: RefitRecord,
  name: string,
  into: string,
  before: ParametersEntry | undefined,
): string {
  const why = 'error' in outcome ? `cannot be fitted: ${outcome.error.message}` : 'the fit did not converge';
  const since = before?.fittedTo ?? null;
  const old =
    before === undefined
      ? 'there are none from before'
      : `those ${since === null ? 'from before' : `of ${newYorkDate(epochMs(since))}`} stay (${before.version})`;
  return `${symbol} ${name} ${newYorkDate(fittedTo)}: ${why}, so ${into} does not take its parameters; ${old}`;
}

async function store(into: string, fits: readonly ParametersEntry[], { remark }: Listener): Promise<void> {
  const { entries, taken } = merged(await readParametersFile(into), fits);
  await writeParametersFile(into, entries);
  const replaced = taken.filter((one) => one.replaced !== undefined).length;
  remark(`${into}: ${count(fits.length)} entries${replaced === 0 ? '' : `, of which ${count(replaced)} replace older ones`}`);
}
