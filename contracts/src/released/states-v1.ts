import { z } from 'zod';
import type { Message, ReleasedVersion } from './released-version.ts';
import { STATE_COLUMNS_V2 } from './states-v2.ts';

const COLUMNS = [
  ...['level', 'velocity', 'levelVariance', 'levelVelocityCovariance', 'velocityVariance'],
  ...['predictiveMean', 'predictiveSd', 'predictiveDof'],
  ...['q010', 'q025', 'q050', 'q100', 'q250', 'q500', 'q750', 'q900', 'q950', 'q975', 'q990'],
  ...['velocityUp', 'volatility', 'calm', 'turbulent', 'flags'],
] as const;

/** Places of the regimes in the next version, which has a normal one between them. */
const CALM = 0;
const TURBULENT = 2;
/** the flag of the next version that says that figures are missing */
const PARTIAL = 32;

const columnOf = (states: Message, name: string): readonly number[] => z.array(z.number()).parse(states[name]);

/** A model of two regimes, one Student t and no scores. What it did not have is 0, and every state says that something is missing. */
export const statesV1: ReleasedVersion = {
  schema: z.strictObject({
    t: z.int().min(0),
    shard: z.int().min(0),
    model: z
      .string()
      .regex(/^[^\ud800-\udfff]*$/u)
      .max(4096),
    symbols: z.array(z.string().regex(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/)),
    ...Object.fromEntries(COLUMNS.map((name) => [name, z.array(z.int())])),
  }),
  next: (states: Message): Message => {
    const absent = columnOf(states, 'flags').map(() => 0);
    const figures = STATE_COLUMNS_V2.map((name) => [name, name in states ? columnOf(states, name) : absent] as const);
    const flags = columnOf(states, 'flags').map((bits) => bits | PARTIAL);
    const turbulent = columnOf(states, 'turbulent');
    const regime = columnOf(states, 'calm').map((calm, i) => (calm >= (turbulent[i] ?? 0) ? CALM : TURBULENT));
    const { t, shard, model, symbols } = states;
    return { t, shard, model, symbols, ...Object.fromEntries(figures), regime, flags };
  },
};
