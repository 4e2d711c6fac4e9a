import type { ActionCounts } from '@aitrader/application-markets';
import { count } from './terminal.ts';

/** What became of corporate actions that went into an archive, in words: `3 corporate actions, 1 that it had`. */
export function actionCountsText({ added, held, revised, withdrawn }: ActionCounts): string {
  const parts = [`${count(added)} corporate action${added === 1 ? '' : 's'}`];
  if (revised > 0) parts.push(`${count(revised)} in place of others`);
  if (withdrawn > 0) parts.push(`${count(withdrawn)} taken back`);
  if (held > 0) parts.push(`${count(held)} that it had`);
  return parts.join(', ');
}
