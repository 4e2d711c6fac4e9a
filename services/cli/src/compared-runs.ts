import { recordingNamed } from '@aitrader/application-recordings';
import { compareRuns, readHistory, reportOfHistory, type Comparison } from '@aitrader/application-reports';
import { withHome } from '@aitrader/application-supervision';
import { runId } from '@aitrader/model';
import { homeOptions, type BusOptions } from './bus-options.ts';
import { progressBar } from './terminal.ts';

/** Two runs, where they parted, and what each came to. */
export const comparedRuns = (first: string, second: string, options: BusOptions): Promise<Comparison> =>
  withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus }) => {
    for (const name of [first, second]) await recordingNamed(bus, name);
    const progress = progressBar('comparing');
    const parting = await compareRuns(bus, runId(first), runId(second), progress.at).finally(progress.done);
    const [one, other] = [await readHistory(bus, runId(first)), await readHistory(bus, runId(second))];
    return {
      parting,
      first: { report: reportOfHistory(one), history: one },
      second: { report: reportOfHistory(other), history: other },
    };
  });
