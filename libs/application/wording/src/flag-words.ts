import { BAR_FLAG, HOLD_CAUSES, STATE_FLAG, type HoldCause } from '@aitrader/model';

const BAR_WORDS: Readonly<Record<keyof typeof BAR_FLAG, string>> = {
  OHLC_INCONSISTENT: 'open or close outside low … high',
  WIDE_RANGE: 'unusually wide range',
  PRICE_JUMP: 'jump from the last close',
  SPLIT_LIKE: 'jump like a split',
  LONG_GAP: 'after a long silence',
  OFF_SESSION: 'outside the sessions',
  OFF_CALENDAR: 'on a day without a session',
  ZERO_VOLUME: 'no volume',
  BACKFILLED: 'known too late to act on',
  CONFIRMED: 'confirmed by the bars before',
  FROZEN: 'repeated over and over',
  OFF_GRID: 'not at a whole minute',
};

const STATE_WORDS: Readonly<Record<keyof typeof STATE_FLAG, string>> = {
  WARMING_UP: 'warming up',
  SUSPECT: 'suspect bar',
  GAP: 'after a gap',
  SATURATED: 'a figure was cut to its range',
  UNSCORED: 'not scored',
  PARTIAL: 'written by an earlier model',
  REFUSED_FIT: 'fitted parameters refused',
};

/** The names of the bits that are set; bits that this version does not know are shown as such. */
function wordsOf<Name extends string>(
  flags: Readonly<Record<Name, number>>,
  words: Readonly<Record<Name, string>>,
  bits: number,
): string {
  let rest = bits;
  const said: string[] = [];
  for (const name of Object.keys(flags) as Name[]) {
    if ((bits & flags[name]) === 0) continue;
    said.push(words[name]);
    rest &= ~flags[name];
  }
  if (rest !== 0) said.push(`unknown flags 0b${(rest >>> 0).toString(2)}`);
  return said.join(', ');
}

const HOLD_WORDS: Readonly<Record<HoldCause, string>> = {
  'not-armed': 'the run is not armed for the date',
  'words-lost': 'words of the broker were lost',
  'more-breaks': 'one of many breaks',
  'account-differs': 'the account differs',
  'foreign-position': 'held beside the run',
  'order-unknown': 'an order of nobody is told of',
  'execution-unknown': 'a trade was amended that was not told of',
  'exited-too-much': 'more was exited than entered',
  'fate-unknown': 'what became of an order is not known',
  'execution-missing': 'trades of an order are not told of yet',
  unprotected: 'an exit is refused again and again',
};
const HOLD_FLAG = Object.fromEntries(HOLD_CAUSES.map((cause, n) => [cause, 1 << n])) as Record<HoldCause, number>;

/** Why execution holds entries back, in words. */
export const holdWords = (cause: HoldCause): string => HOLD_WORDS[cause];
/** The same of the bits that a gate recorded. */
export const holdFlagWords = (bits: number): string => wordsOf(HOLD_FLAG, HOLD_WORDS, bits);

/** What the quality gate noticed of a bar, in words; empty when it noticed nothing. */
export const barFlagWords = (bits: number): string => wordsOf(BAR_FLAG, BAR_WORDS, bits);
/** What a state says of itself, in words; empty when it says nothing. */
export const stateFlagWords = (bits: number): string => wordsOf(STATE_FLAG, STATE_WORDS, bits);
