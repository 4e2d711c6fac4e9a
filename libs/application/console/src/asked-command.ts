import { z } from 'zod';
import { CannotCommand, type OperatorCommand } from '@aitrader/application-supervision';
import { OPERATOR_LIMITS, canonicalTicker, price, quantity, unitsOf, PRICE_PLACES, QUANTITY_PLACES } from '@aitrader/model';

const REASON_LENGTH_MAX = 500;
const SYMBOLS_MAX = 1_000;
const MINUTES_MAX = 100_000;
const reason = z.string().trim().min(1, 'why has to be said').max(REASON_LENGTH_MAX);
const symbols = z.array(z.string().min(1).max(32)).max(SYMBOLS_MAX).default([]);
/** a decimal number, so that it is read exactly */
const decimal = z.string().regex(/^\d{1,12}(\.\d{1,9})?$/, 'has to be a decimal number above zero');
const confirm = z.string().max(64).default('');

/** What may be commanded, or proposed, by anybody who operates: no agent may propose more than this. */
export const commandSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['halt', 'disarm']), reason }),
  z.strictObject({ kind: z.enum(['reduce-only', 'flatten', 'cancel']), reason, symbols }),
  z.strictObject({ kind: z.literal('resume'), reason, confirm }),
  z.strictObject({ kind: z.literal('close-break'), reason, about: z.string().min(1).max(128), confirm }),
  z.strictObject({
    kind: z.literal('order'),
    reason,
    confirm,
    order: z.strictObject({
      symbol: z.string().min(1).max(32),
      side: z.enum(['buy', 'sell']),
      shares: decimal,
      stop: decimal,
      target: decimal,
      minutes: z.int().min(1).max(MINUTES_MAX),
    }),
  }),
]);

const limit = z.strictObject({ limit: z.enum(OPERATOR_LIMITS), most: z.number().min(0).max(Number.MAX_SAFE_INTEGER).nullable() });
const eachOnce = (limits: readonly { readonly limit: string }[]): boolean =>
  new Set(limits.map((one) => one.limit)).size === limits.length;

/** What people may command here: besides, what no agent may propose. */
export const operatorSchema = z.discriminatedUnion('kind', [
  ...commandSchema.options,
  z.strictObject({
    kind: z.literal('limits'),
    reason,
    confirm,
    limits: z.array(limit).min(1).max(OPERATOR_LIMITS.length).refine(eachOnce, 'names a limit twice'),
  }),
  z.strictObject({ kind: z.literal('arm'), reason, confirm }),
]);
export type CommandBody = z.output<typeof operatorSchema>;

/** Whether more can be lost after a command than before: the name of its run is typed then. A limit may be larger than the one that stands. */
export const addsRisk = (body: CommandBody): body is Extract<CommandBody, { confirm: string }> => 'confirm' in body;

/** What an operator commands by a body. @throws CannotCommand, UnitError for figures that are none */
export function askedCommand({ kind, reason, ...more }: CommandBody): Omit<OperatorCommand, 'actor' | 'id'> {
  if (kind === 'limits') return { kind, reason, limits: 'limits' in more ? more.limits : [] };
  const symbols = 'symbols' in more ? more.symbols.map(canonicalTicker) : [];
  if (kind === 'close-break') return { kind, reason, about: 'about' in more ? more.about : '' };
  if (kind !== 'order' || !('order' in more)) return { kind, reason, symbols };
  const { symbol, side, shares, stop, target, minutes } = more.order;
  const order = {
    ...{ symbol: canonicalTicker(symbol), side, minutes },
    quantity: quantity(above0('shares', shares, QUANTITY_PLACES)),
    stop: price(above0('stop', stop, PRICE_PLACES)),
    target: price(above0('target', target, PRICE_PLACES)),
  };
  return { kind, reason, order };
}

function above0(field: string, text: string, places: number): number {
  const units = unitsOf(text, places);
  if (typeof units === 'number' && units > 0) return units;
  throw new CannotCommand(`order.${field}: ${text} is not above 0 with ${places} decimal places at most`);
}
