import { z } from 'zod';
import type { Cash, EpochMs, FillId, OrderId, Price, Quantity, RunId, SignalId, Ticker } from '@aitrader/model';

/** The longest free text on the wire, in characters (code points). A canonical row has room for as much. */
export const TEXT_LENGTH_MAX = 4096;

const UINT32_MAX = 0xffff_ffff;
const PPM_MAX = 1_000_000;

/** A schema whose wire form is plain JSON while its type is the model's brand of it. */
export const branded = <T>(schema: z.ZodType): z.ZodType<T> => schema as unknown as z.ZodType<T>;

export const epochMs = branded<EpochMs>(z.int().min(0).describe('milliseconds since the epoch, UTC'));
export const price = branded<Price>(z.int().min(0).describe('1e-4 USD a share'));
export const quantity = branded<Quantity>(z.int().describe('1e-9 share'));
export const shares = branded<Quantity>(z.int().positive().describe('1e-9 share, a magnitude'));
export const quantityLeft = branded<Quantity>(z.int().min(0).describe('1e-9 share, a magnitude or 0'));
export const cash = branded<Cash>(z.int().describe('1e-6 USD'));
export const cashLimit = branded<Cash>(z.int().min(0).describe('1e-6 USD, not negative'));
export const positiveCash = branded<Cash>(z.int().positive().describe('1e-6 USD, positive'));
export const e8 = z.int().describe('1e-8 of a natural-log return');
export const ppm = z.int().min(0).max(PPM_MAX).describe('1e-6 of a probability');
export const count = z.int().min(0).describe('a number of things');
export const flags = z.int().min(0).max(UINT32_MAX).describe('bits');
export const shard = z.int().min(0).describe('number of the shard, from 0');
/** Half a surrogate pair is not Unicode: UTF-8 has no bytes for it, so it could be told apart neither in a row nor in a subject. */
const WELL_FORMED = /^[^\ud800-\udfff]*$/u;
const wellFormed = z.string().regex(WELL_FORMED);
export const textUpTo = (max: number): z.ZodString => wellFormed.max(max);
export const text = textUpTo(TEXT_LENGTH_MAX);

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const ticker = branded<Ticker>(
  z
    .string()
    .regex(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/)
    .describe('symbol as the tape prints it'),
);
export const run = branded<RunId>(
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
    .describe('name of the recording'),
);
export const signalId = branded<SignalId>(wellFormed.min(1).max(128).describe('<t>.<symbol>.<strategy>'));
export const orderId = branded<OrderId>(wellFormed.min(1).max(128).describe('o.<signal id>'));
export const fillId = branded<FillId>(wellFormed.min(1).max(160).describe("<order id>.<leg>.<n>, or the broker's execution id"));
export const side = z.enum(['buy', 'sell']).describe('what the account does');
export const leg = z.enum(['entry', 'stop', 'target', 'time']).describe('the part of an order that this is about');
