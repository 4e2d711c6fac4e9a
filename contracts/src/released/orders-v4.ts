import { z } from 'zod';
import type { Message, ReleasedVersion } from './released-version.ts';

const epochMs = z.int().min(0);
const price = z.int().min(0);
const cash = z.int();
const wellFormed = z.string().regex(/^[^\ud800-\udfff]*$/u);
const id = wellFormed.min(1).max(128);

const gate = z.strictObject({
  gate: wellFormed.max(4096),
  unit: z.enum(['cash', 'price', 'quantity', 'ppm', 'e8', 'minutes', 'count', 'flags', 'ms', 'time']),
  comparison: z.enum(['at-most', 'at-least', 'sizes', 'passed', 'refused']),
});
const order = z.strictObject({
  id,
  t: epochMs,
  symbol: z.string().regex(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/),
  side: z.enum(['buy', 'sell']),
  quantity: z.int().positive(),
  type: z.literal('market'),
  timeInForce: z.literal('day'),
  reference: price,
  stop: price,
  target: price,
  exitAt: epochMs,
  signalId: id,
  values: z.array(z.int().nullable()),
  limits: z.array(z.int()),
});
const account = z.strictObject({
  cash,
  equity: cash,
  gross: cash,
  reserved: cash,
  realised: cash,
  equityPeak: cash,
  drawdownPpm: z.int().min(0),
  tradingState: z.enum(['active', 'halted']),
});

const trip = z.strictObject({
  id: wellFormed.max(128),
  kind: z.enum(['halt', 'reduce-only', 'flatten', 'drawdown', 'daily-loss']),
  t: epochMs,
  by: wellFormed.max(4096),
  reason: wellFormed.max(4096),
  value: z.int().min(0),
  limit: z.int().min(0),
});

/** No strategy could ask for an order to be left. */
export const ordersV4: ReleasedVersion = {
  schema: z.strictObject({
    t: epochMs,
    denials: z.int().min(0),
    account,
    trips: z.array(trip),
    gates: z.array(gate),
    orders: z.array(order),
  }),
  next: (message: Message): Message => ({ ...message, exits: [] }),
};
