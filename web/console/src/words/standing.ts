import type { AccountPart, CommandRow, HaltRow } from '@aitrader/application-console';

export type Mode = AccountPart['mode'];

export const MODE_WORDS: Readonly<Record<Mode, string>> = { active: 'ACTIVE', 'reduce-only': 'REDUCE ONLY', halted: 'HALTED' };

/** The halt that makes the mode what it is: the first of those that stand. */
export function causeOf(halts: Iterable<HaltRow>): HaltRow | undefined {
  let found: HaltRow | undefined;
  for (const halt of halts) if (halt.stands && (found === undefined || halt.t < found.t)) found = halt;
  return found;
}

/** How far a command has come. It is in force when the run's own decisions say so, never because it was sent. */
export type Standing = 'recorded' | 'in force';
export const standingOf = ({ inForceAt }: CommandRow): Standing => (inForceAt === null ? 'recorded' : 'in force');

/** What of the allowed drawdown is used up: 1 halts. */
export const drawdownShare = ({ drawdown, drawdownHalt }: Pick<AccountPart, 'drawdown' | 'drawdownHalt'>): number =>
  drawdownHalt > 0 ? drawdown / drawdownHalt : 0;
