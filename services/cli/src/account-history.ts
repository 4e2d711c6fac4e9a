import { recordingNamed } from '@aitrader/application-recordings';
import { readHistory, type AccountHistory } from '@aitrader/application-reports';
import { withHome } from '@aitrader/application-supervision';
import { runId } from '@aitrader/model';
import type { Bus } from '@aitrader/runtime-bus';
import { homeOptions, type BusOptions } from './bus-options.ts';
import { count, progressBar, remark } from './terminal.ts';

/** The history of the account of a run, and of those that it follows. */
export const accountHistory = (
  name: string,
  options: BusOptions,
  watch?: Parameters<typeof readHistory>[3],
): Promise<AccountHistory> => withHome({ ...homeOptions(options), as: 'operator' }, ({ bus }) => historyOn(bus, name, watch));

/** The same on a bus that is open. */
export async function historyOn(bus: Bus, name: string, watch?: Parameters<typeof readHistory>[3]): Promise<AccountHistory> {
  await recordingNamed(bus, name);
  const progress = progressBar('reading');
  const history = await readHistory(bus, runId(name), progress.at, watch).finally(progress.done);
  if (history.unfinished > 0) remark(`${count(history.unfinished)} intervals are not complete, and left out`);
  return history;
}
