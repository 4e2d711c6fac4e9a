import { newYorkInstant } from '@aitrader/core-sessions';
import { epochMs, item, type Control, type CorporateAction, type EpochMs, newControl } from '@aitrader/model';
import { inOrderOfForce } from './corporate-actions.ts';

const MINUTE_OF_NIGHT = 20 * 60;
const DAY_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;

/** The beginning of a trade date `YYYY-MM-DD`, be there a session or not: 20:00 of the evening before, in New York. @throws CalendarRangeError */
export const tradeDateStart = (date: string): EpochMs =>
  epochMs(newYorkInstant(date, 0) - (DAY_MINUTES - MINUTE_OF_NIGHT) * MINUTE_MS);

/**
 * One command for all actions of one instant, to be recorded before the first interval that they are in force in; none for those that were
 * in force before the interval `first`, which change nothing that a run from there on remembers. A command is of the millisecond before
 * that instant, so that it shares it with no parameters, which are fitted to closes.
 */
export function actionCommands(actions: readonly CorporateAction[], actor: string, first: number): readonly Control[] {
  const byInstant = new Map<EpochMs, CorporateAction[]>();
  for (const action of [...actions].sort(inOrderOfForce))
    if (action.exAt >= first) byInstant.set(action.exAt, [...(byInstant.get(action.exAt) ?? []), action]);
  return [...byInstant.values()].map((together) => {
    const ids = together.map(({ id }) => id).join(', ');
    const t = epochMs(item(together, 0).exAt - 1);
    return newControl('corporate-actions', t, actor, ids.slice(0, REASON_LENGTH_MAX), { actions: together });
  });
}

/** Within what a text may be long. */
const REASON_LENGTH_MAX = 1_000;
