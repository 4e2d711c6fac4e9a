import { z } from 'zod';
import type { ApiBodyOptions } from '@nestjs/swagger';
import type { Role } from '@aitrader/application-console';

/** Header that names a command. */
export const COMMAND_KEY = 'idempotency-key';

const REASON_LENGTH_MAX = 500;
const SYMBOLS_MAX = 1_000;
const MINUTES_MAX = 100_000;
const reason = z.string().trim().min(1, 'why has to be said').max(REASON_LENGTH_MAX);
const symbols = z.array(z.string().min(1).max(32)).max(SYMBOLS_MAX).default([]);
/** a decimal number, so that it is read exactly */
const decimal = z.string().regex(/^\d{1,12}(\.\d{1,9})?$/, 'has to be a decimal number above zero');
const confirm = z.string().max(64).default('');

/** What an operator may command here. */
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
export type CommandBody = z.output<typeof commandSchema>;

/** The same for the document of the interface. */
export const bodyDocument = { schema: z.toJSONSchema(commandSchema, { io: 'input', target: 'openapi-3.0' }) } as ApiBodyOptions;

/** Whether more can be lost after a command than before: the name of its run is typed then. */
export const addsRisk = (body: CommandBody): body is Extract<CommandBody, { confirm: string }> => 'confirm' in body;

/** Who may command what: stopping is for everybody who operates. */
export const neededFor = (body: CommandBody): Role => (addsRisk(body) && body.kind !== 'order' ? 'risk-officer' : 'operator');
