import type { AccountBreak, AccountDoubt, Hold } from '@aitrader/model';
import { at, cashText, shares } from './figures.ts';
import { holdWords } from './flag-words.ts';

/** An order of another run, where its client order id names one. */
export const ofRun = (run: string | null): string => (run === null ? '' : ` of run ${run}`);

/** A break: what nobody can explain, since when, and its id. */
export function breakWords({ id, kind, symbol, about, run, quantity, cash, since }: AccountBreak): string {
  const words = {
    position: `the broker holds ${shares(quantity)} ${symbol ?? ''} beyond what is known`,
    stranger: `${symbol ?? ''} order ${about ?? ''}${ofRun(run)} is open at the broker`,
    missing: `${symbol ?? ''} order ${about ?? ''} of ${shares(quantity)} should be open, and is not`,
    cash: `cash is ${cashText(cash)} beyond what is explained`,
  };
  return `${words[kind]}, since ${at(since)}: ${id}`;
}

const SYMBOLS_SHOWN = 8;

function holdLine({ cause, symbols }: Hold): string {
  const shown = symbols.slice(0, SYMBOLS_SHOWN).join(', ');
  const more = symbols.length > SYMBOLS_SHOWN ? ` and ${symbols.length - SYMBOLS_SHOWN} more` : '';
  return `${symbols.length === 0 ? 'all symbols' : shown}${more} held back: ${holdWords(cause)}`;
}

/** All that is doubted of an account, a line each. */
export function doubtLines({ standing, since, breaks, holds }: AccountDoubt): readonly string[] {
  const from = since === null ? '' : ` since ${at(since)}`;
  const how = {
    known: [],
    unheard: ['the broker has told nothing of the account in this run'],
    disconnected: [`the broker cannot be heard${from}`],
    unsaid: ['nothing was said of the account'],
  };
  return [...how[standing], ...breaks.map(breakWords), ...holds.map(holdLine)];
}
