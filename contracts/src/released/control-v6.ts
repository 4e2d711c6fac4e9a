import { z } from 'zod';
import type { Message, ReleasedVersion } from './released-version.ts';

const epochMs = z.int().min(0);
const text = z
  .string()
  .regex(/^[^\ud800-\udfff]*$/u)
  .max(4096);
const ticker = z.string().regex(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/);

const modelParameters = z.strictObject({
  symbol: ticker,
  model: text,
  version: text,
  timeframe: z.enum(['1m', '5m', '15m', '1h', '1d']),
  fittedTo: epochMs,
  values: z.array(z.strictObject({ name: text, value: z.number() })),
});
const dataLevel = z.strictObject({
  level: z.literal([0, 1, 2, 3, 4]),
  symbols: z.array(ticker),
  causes: z.array(
    z.enum(['beginning', 'disconnected', 'late', 'backfilled', 'clock', 'clock-unknown', 'last-resort', 'stale', 'failover']),
  ),
  feed: text,
  clockBehindMs: z.int(),
});
const corporateAction = z.strictObject({
  id: text,
  kind: z.enum(['split', 'cash-dividend', 'spin-off', 'symbol-change', 'new-listing']),
  symbol: ticker,
  exAt: epochMs,
  payAt: epochMs,
  newShares: z.int().min(1),
  oldShares: z.int().min(1),
  cash: z.int().min(0),
  other: ticker,
});

const manualOrder = z.strictObject({
  id: text.min(1),
  symbol: ticker,
  side: z.enum(['buy', 'sell']),
  quantity: z.int().positive(),
  stop: z.int().min(0),
  target: z.int().min(0),
  minutes: z.int().min(1),
});

const writeOff = z.strictObject({ symbol: ticker, quantity: z.int(), price: z.int().min(0) });

/** Limits were what the configuration said, until the run ended. */
export const controlV6: ReleasedVersion = {
  schema: z.strictObject({
    t: epochMs,
    kind: z.enum([
      'halt',
      'resume',
      'reduce-only',
      'flatten',
      'cancel',
      'order',
      'close-break',
      'adopt',
      'arm',
      'disarm',
      'model-parameters',
      'data-level',
      'corporate-actions',
      'end-of-bars',
    ]),
    actor: text,
    reason: text,
    parameters: z.array(modelParameters),
    data: z.array(dataLevel).max(1),
    actions: z.array(corporateAction),
    symbols: z.array(ticker),
    manual: z.array(manualOrder).max(1),
    about: text,
    writeOffs: z.array(writeOff).max(1),
  }),
  next: (message: Message): Message => ({ ...message, limits: [] }),
};
