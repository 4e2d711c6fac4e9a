import { z } from 'zod';
import type { Message, ReleasedVersion } from './released-version.ts';

const epochMs = z.int().min(0);
const wellFormed = z.string().regex(/^[^\ud800-\udfff]*$/u);

/** Of the account nothing was said: the next version has a word for that, by which nothing is entered. */
export const orderEventsV1: ReleasedVersion = {
  schema: z.strictObject({
    t: epochMs,
    fills: z.int().min(0),
    events: z.array(
      z.strictObject({
        t: epochMs,
        orderId: wellFormed.min(1).max(128),
        symbol: z.string().regex(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/),
        leg: z.enum(['entry', 'stop', 'target', 'time']),
        kind: z.enum(['submitted', 'accepted', 'rejected', 'replaced', 'triggered', 'canceled', 'expired', 'filled', 'unknown']),
        remaining: z.int(),
        reason: wellFormed.max(4096),
      }),
    ),
  }),
  next: ({ t, fills, events }: Message): Message => ({
    t,
    fills,
    events,
    doubt: { standing: 'unsaid', since: null, breaks: [], holds: [] },
  }),
};
