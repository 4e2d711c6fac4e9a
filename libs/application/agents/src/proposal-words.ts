import type { Proposal } from './proposals.ts';

/** What a proposed command would do, in words. */
export function proposalWords({ command }: Pick<Proposal, 'command'>): string {
  switch (command.kind) {
    case 'halt':
      return 'Nothing new is entered, and entries that wait are canceled. Exits stay at work.';
    case 'reduce-only':
      return `Nothing new is entered${ofSymbols(command.symbols)}. What is held runs to its stop or target.`;
    case 'flatten':
      return `Nothing new is entered, and all that is held${ofSymbols(command.symbols)} is sold or covered at the market.`;
    case 'cancel':
      return `Entries at work${ofSymbols(command.symbols)} are called off; new ones may come.`;
    case 'resume':
      return 'Entries are let in again; after a drawdown the loss is accepted.';
    case 'disarm':
      return 'The run trades with real money no longer: entries at work are called off.';
    case 'arm':
      return 'The run may enter positions with REAL MONEY on its trade date.';
    case 'close-break':
      return `The break ${command.about} between the books and the broker is taken as it stands.`;
    case 'limits':
      return command.limits.map(limitWords).join('; ');
    case 'order': {
      const { symbol, side, shares, stop, target, minutes } = command.order;
      return `Risk is asked to ${side} at most ${shares} ${symbol}, with a stop at $${stop} and a target at $${target}, held for ${minutes} minutes at the most.`;
    }
  }
}

const ofSymbols = (symbols: readonly string[]): string => (symbols.length === 0 ? '' : ` of ${symbols.join(', ')}`);

const limitWords = ({ limit, most }: { readonly limit: string; readonly most: number | null }): string =>
  most === null ? `${limit} is as it was configured` : `${limit} is ${most} from now on`;
