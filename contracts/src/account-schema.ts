import { z } from 'zod';
import type { AccountSnapshot } from '@aitrader/model';
import { cash } from './wire-units.ts';

/** The account as it stands at the close of an interval. */
export const account = z.strictObject({
  cash,
  equity: cash,
  gross: cash.describe('sum of |position| at the last prices, 1e-6 USD'),
  reserved: cash.describe('buying power held for orders that have not filled, 1e-6 USD'),
  realised: cash,
  equityPeak: cash,
  drawdownPpm: z.int().min(0).describe('1e-6 of the highest equity'),
  tradingState: z.enum(['active', 'halted']).describe('whether new orders may be approved'),
}) satisfies z.ZodType<AccountSnapshot>;
