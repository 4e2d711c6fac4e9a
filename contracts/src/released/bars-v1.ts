import { z } from 'zod';
import type { Message, ReleasedVersion } from './released-version.ts';

const epochMs = z.int().min(0);
const column = z.array(z.number());

/** It said nothing of where its bars came from, of what was missing and why, and of bars that changed afterwards. */
export const barsV1: ReleasedVersion = {
  schema: z.strictObject({
    t: epochMs,
    tf: z.enum(['1m', '5m', '15m', '1h', '1d']),
    shard: z.int().min(0),
    knownAt: epochMs,
    symbols: z.array(z.string().regex(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/)),
    open: column,
    high: column,
    low: column,
    close: column,
    volume: column,
    flags: z.array(z.int().min(0).max(0xffff_ffff)),
  }),
  next: ({ t, tf, shard, knownAt, ...columns }: Message): Message => ({
    ...{ t, tf, shard, knownAt },
    ...{ feed: '', absent: 'unknown', gaps: [], revisions: [] },
    ...columns,
  }),
};
