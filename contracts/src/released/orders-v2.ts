import { z } from 'zod';
import { saidInColumns, type NamedFigure } from './gate-columns.ts';
import type { Message, ReleasedVersion } from './released-version.ts';

const epochMs = z.int().min(0);
const price = z.int().min(0);
const cash = z.int();
const wellFormed = z.string().regex(/^[^\ud800-\udfff]*$/u);
const text = wellFormed.max(4096);
const id = wellFormed.min(1).max(128);

const gate = z.strictObject({
  gate: text,
  value: z.int(),
  limit: z.int(),
  unit: z.enum(['cash', 'price', 'quantity', 'ppm', 'e8', 'minutes', 'count', 'flags']),
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
  gates: z.array(gate),
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

type Ordered = Message & { readonly gates: readonly NamedFigure[] };

/** Each order named the gates that it had passed: the next version names them once, and says how each of them compares. */
export const ordersV2: ReleasedVersion = {
  schema: z.strictObject({ t: epochMs, denials: z.int().min(0), account, orders: z.array(order) }),
  next: ({ t, denials, account: seen, orders }: Message): Message => {
    const said = (orders as readonly Ordered[]).map(({ gates, ...rest }) => ({ rest, gates }));
    const { gates, rows } = saidInColumns(said, 'passed');
    return { t, denials, account: seen, gates, orders: rows };
  },
};
