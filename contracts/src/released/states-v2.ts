import { z } from 'zod';
import type { Message, ReleasedVersion } from './released-version.ts';

/** The columns of a state, in the order in which the codec wrote them. */
export const STATE_COLUMNS_V2 = [
  ...['level', 'velocity', 'levelVariance', 'levelVelocityCovariance', 'velocityVariance'],
  ...['predictiveMean', 'predictiveSd', 'predictiveDof'],
  ...['q005', 'q010', 'q025', 'q050', 'q100', 'q250', 'q500', 'q750', 'q900', 'q950', 'q975', 'q990', 'q995'],
  ...['a005', 'a025', 'a050', 'a100', 'a250', 'a750', 'a900', 'a950', 'a975', 'a995'],
  ...['velocityUp', 'volatility', 'calm', 'normal', 'turbulent', 'regime'],
  ...['z', 'pit', 'logScore', 'crps'],
  ...['coverage50', 'coverage80', 'coverage90', 'coverage95', 'coverage99', 'meanPit', 'meanCrps', 'meanLogScore', 'scored'],
  ...['expertEntropy', 'flags'],
] as const;

/** Figures that the next version leaves to its readers, who compute them from the others and the bars. */
const FOLLOWING: ReadonlySet<string> = new Set([
  ...['predictiveMean', 'predictiveSd', 'normal', 'pit', 'logScore', 'crps'],
  ...['coverage50', 'coverage80', 'coverage90', 'coverage99', 'meanPit', 'meanCrps', 'meanLogScore'],
]);
/** The columns of the next version, in its order. */
const COLUMNS_V3 = STATE_COLUMNS_V2.filter((name) => !FOLLOWING.has(name));

const RAW = ['q005', 'q010', 'q025', 'q050', 'q100', 'q250', 'q500', 'q750', 'q900', 'q950', 'q975', 'q990', 'q995'];
const MEDIAN = RAW.indexOf('q500');

/** The column that the next version measures one from: the neighbour towards the median, or the raw quantile of an adapted one. */
function baseOf(name: string): string | undefined {
  const k = RAW.indexOf(name);
  if (k >= 0) return k === MEDIAN ? undefined : RAW[k < MEDIAN ? k + 1 : k - 1];
  return /^a\d+$/.test(name) ? name.replace('a', 'q') : undefined;
}

/** Bytes of an integer in two's complement, of a double when four are too few. */
const PLAIN = 8;
const fits = (value: number, width: number): boolean =>
  width === 0 ? value === 0 : value >= -(2 ** (8 * width - 1)) && value < 2 ** (8 * width - 1);

/** A column as the next version packs it: how many bytes a number takes, then the numbers. */
function packed(column: readonly number[], base: readonly number[] | undefined): Buffer {
  const numbers = column.map((value, i) => value - (base?.[i] ?? 0));
  const width = [0, 1, 2, 3, 4].find((bytes) => numbers.every((number) => fits(number, bytes))) ?? PLAIN;
  const bytes = Buffer.alloc(1 + width * column.length);
  bytes[0] = width;
  column.forEach((value, i) => {
    if (width === PLAIN) bytes.writeDoubleLE(value + 0, 1 + PLAIN * i);
    else if (width > 0) bytes.writeIntLE((numbers[i] ?? 0) + 0, 1 + width * i, width);
  });
  return bytes;
}

const columnOf = (states: Message, name: string): readonly number[] => z.array(z.number()).parse(states[name]);

export const statesV2: ReleasedVersion = {
  schema: z.strictObject({
    t: z.int().min(0),
    shard: z.int().min(0),
    model: z
      .string()
      .regex(/^[^\ud800-\udfff]*$/u)
      .max(4096),
    symbols: z.array(z.string().regex(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/)),
    ...Object.fromEntries(STATE_COLUMNS_V2.map((name) => [name, z.array(z.int())])),
  }),
  /** Packs the figures. A slice without symbols has none. */
  next: (states: Message): Message => {
    const { t, shard, model, symbols } = states;
    const columns = COLUMNS_V3.map((name) => {
      const base = baseOf(name);
      return packed(columnOf(states, name), base === undefined ? undefined : columnOf(states, base));
    });
    const isEmpty = columnOf(states, 'flags').length === 0;
    return { t, shard, model, symbols, figures: isEmpty ? '' : Buffer.concat(columns).toString('base64') };
  },
};
