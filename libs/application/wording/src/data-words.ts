import type { DataCause } from '@aitrader/model';

const LEVEL_WORDS: readonly string[] = [
  'as it should be',
  "another vendor's, for the first is down",
  'not to be relied on for this symbol',
  'not to be relied on',
  'not there',
];

const CAUSE_WORDS: Readonly<Record<DataCause, string>> = {
  beginning: 'no bar has come yet',
  disconnected: 'bars may have been lost',
  late: 'it came too late to act on',
  backfilled: 'it was fetched afterwards',
  clock: 'the clock is off',
  'clock-unknown': 'how far the clock is off is not known',
  'last-resort': 'it is of a vendor that no order may rest on',
  stale: 'too many symbols are silent that should not be',
  failover: 'it is of another vendor than the first',
};

/** How far data of a level can be relied on, with the level as operators call it. */
export const dataLevelWords = (level: number): string => `${LEVEL_WORDS[level] ?? 'of a level that is not known'} (D${level})`;

/** What the recorded reason of a level says beyond its causes: which prices vendors disagree on. */
const DISAGREEMENT = /vendors disagree: .*/s;

/** What is the matter with the data, by a level's causes and its recorded reason; that it is waited whether it stays well when nothing is. */
export function dataCauseWords(causes: readonly DataCause[], reason: string): string {
  const words = [...causes.map((cause) => CAUSE_WORDS[cause]), ...(DISAGREEMENT.exec(reason) ?? [])];
  return words.length === 0 ? 'waiting whether it stays well' : words.join(', ');
}
