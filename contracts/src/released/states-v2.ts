import { z } from 'zod';
import type { ReleasedVersion } from './released-version.ts';

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
};
