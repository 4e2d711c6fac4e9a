import { z } from 'zod';
import type { Message, ReleasedVersion } from './released-version.ts';

const epochMs = z.int().min(0);
const run = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const text = z
  .string()
  .regex(/^[^\ud800-\udfff]*$/u)
  .max(4096);

const schema = z.strictObject({
  run,
  kind: z.enum(['live', 'paper', 'replay', 'backtest']),
  createdAt: epochMs,
  codeVersion: text,
  codeHash: text,
  codeCommit: text,
  nodeVersion: text,
  shards: z.int().min(1).max(1024),
  timeframe: z.enum(['1m', '5m', '15m', '1h', '1d']),
  universe: z.array(z.string().regex(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/)),
  config: z.looseObject({}),
  configHash: z.string().length(64),
  sources: z.array(
    z.strictObject({
      name: text,
      sha256: text,
      shape: text,
      adjustment: z.enum(['raw', 'split', 'all', 'unknown']),
    }),
  ),
  from: epochMs,
  to: epochMs,
  follows: z.strictObject({ run, digest: sha256, closing: sha256 }).nullable(),
});

/** The configuration is read as its keys say it: it had one strategy, under `strategy`. */
export const manifestV5: ReleasedVersion = {
  schema,
  next: (message: Message): Message => message,
};
