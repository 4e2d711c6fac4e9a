import { InvalidArgumentError } from 'commander';
import { TIMEFRAMES, type Timeframe } from '@aitrader/model';
import type { BarSourceSpec } from '@aitrader/runtime-configuration';

/** A whole number of at least `min`, for an option. */
export const integer =
  (min: number, max = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < min || value > max)
      throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}`);
    return value;
  };

export function date(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new InvalidArgumentError('must be a date, YYYY-MM-DD');
  return text;
}

export function timeframe(text: string): Timeframe {
  const known = TIMEFRAMES.find((each) => each === text);
  if (known === undefined) throw new InvalidArgumentError(`must be one of ${TIMEFRAMES.join(', ')}`);
  return known;
}

export interface BarOptions {
  readonly bars?: readonly string[];
  readonly timeframe?: Timeframe;
  readonly from?: string;
  readonly to?: string;
  readonly symbols?: string;
  readonly parameters?: string;
}

/** Of every command that runs a market: what was fitted to its symbols. */
export const PARAMETERS_OPTION = ['--parameters <file>', 'fitted parameters, as "aitrader fit --into" writes them'] as const;

/** The source that `--bars` and its companions name; the built-in sample for `sample` or nothing. */
export function sourceOf({ bars, timeframe: tf, from, to, symbols, parameters }: BarOptions): BarSourceSpec {
  const fitted = parameters === undefined ? {} : { parameters };
  if (bars === undefined || (bars.length === 1 && bars[0] === 'sample')) return { kind: 'sample', ...fitted };
  return {
    kind: 'files',
    paths: [...bars],
    ...fitted,
    ...(tf === undefined ? {} : { timeframe: tf }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(symbols === undefined ? {} : { symbols: symbols.split(',').map((symbol) => symbol.trim()) }),
  };
}
