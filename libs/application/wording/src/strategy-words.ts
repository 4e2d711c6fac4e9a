import { fixed, share } from './figures.ts';
import { barFlagWords, stateFlagWords } from './flag-words.ts';

/** What a condition of a strategy measured. */
interface Measured {
  readonly gate: string;
  readonly unit: 'count' | 'flags' | 'ppm' | 'dollars' | 'sd';
  readonly value: number;
  readonly limit: number;
  readonly passes: boolean;
}

const DIGITS = 2;
const price = (dollars: number): string => (Number.isFinite(dollars) ? fixed(dollars, DIGITS) : 'not known');

const WORDS: Readonly<Record<string, (found: Measured) => string>> = {
  WARMED_UP: ({ value, limit }) => `${value} bars heard, at least ${limit} needed`,
  REGULAR_HOURS: ({ passes }) => (passes ? 'in regular hours' : 'outside of regular hours'),
  BAR_FLAGS: ({ value, passes }) => (passes ? 'nothing is to be said of the bar' : barFlagWords(value)),
  STATE_SOUND: ({ value, passes }) => (passes ? 'the state can be relied on' : stateFlagWords(value)),
  OPENING_RANGE: ({ value, limit }) => `close ${price(value)}, the edge of the opening range is ${price(limit)}`,
  VELOCITY: ({ value, limit }) => `P(velocity > 0) ${share(value)}, against ${share(limit)}`,
  CALM: ({ value, limit }) => `P(turbulent) ${share(value)}, at most ${share(limit)} allowed`,
  TRUE_RANGE: ({ value }) => `average true range ${price(value)}`,
  ARMED: ({ passes }) =>
    passes ? 'no signal that way since the channel was left' : 'has signalled already, and has not been back',
};

/** The conditions of strategies that have words. */
export const WORDED_CONDITIONS: readonly string[] = Object.keys(WORDS);

/** What a condition of a strategy found, with its figures. */
export const conditionWords = (found: Measured): string =>
  WORDS[found.gate]?.(found) ?? `${found.gate}: ${found.value}, limit ${found.limit}`;

/** Where a strategy's figure lies beside its band, as it is said of a bar that raised a signal or did not. */
export function bandWords(found: {
  readonly figure: {
    readonly what: string;
    readonly band: string;
    readonly unit: Measured['unit'];
    readonly value: number;
    readonly low: number;
    readonly high: number;
  };
  readonly hasLeft: boolean;
}): string {
  const { what, band, unit, value, low, high } = found.figure;
  const words =
    unit === 'dollars' ? price : (figure: number) => (Number.isFinite(figure) ? `${fixed(figure, DIGITS)} sd` : 'not known');
  if (Number.isNaN(value)) return `no ${what} yet`;
  if (Number.isNaN(low) || Number.isNaN(high)) return `${what} ${words(value)}, and no ${band} yet`;
  return `${what} ${words(value)} ${found.hasLeft ? 'outside' : 'inside'} the ${band} ${words(low)}–${words(high)}`;
}
