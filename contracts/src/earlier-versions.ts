import { z } from 'zod';
import { SCHEMAS } from './schemas.ts';
import { FACT_WIRING, type Fact } from './topology.ts';
import { ContractError } from './validation.ts';

/*
 * Versions of facts that recordings may hold and nobody writes any more. Whoever reads a recording sees its messages as today's
 * version says them, so that no decoder and no stage knows of another.
 *
 * 1. What a released schema accepts becomes what the next one accepts.
 * 2. Nothing is invented: what a version did not say is said to be absent.
 */

/** A version that was released once, and how its message is said in the next one. */
interface EarlierVersion {
  readonly schema: z.ZodType;
  readonly next: (message: Message) => Message;
}

type Message = Readonly<Record<string, unknown>>;

const EARLIER: Partial<Record<Fact, readonly EarlierVersion[]>> = {
  control: [
    {
      schema: z.strictObject({
        kind: z.enum(['halt', 'resume', 'end-of-bars']),
        t: SCHEMAS.control.shape.t,
        actor: SCHEMAS.control.shape.actor,
        reason: SCHEMAS.control.shape.reason,
      }),
      next: ({ kind, t, actor, reason }) => ({ t, kind, actor, reason, parameters: [] }),
    },
  ],
  orders: [
    {
      // Denials came before the orders that closed their interval, and were not counted.
      schema: SCHEMAS.orders.omit({ denials: true }),
      next: ({ t, ...rest }) => ({ t, denials: 0, ...rest }),
    },
  ],
};

/** The schema of a fact's version, from 1 on. @throws RangeError when there is no such version */
export function schemaOf(fact: Fact, version: number): z.ZodType {
  const schema = version === FACT_WIRING[fact].version ? SCHEMAS[fact] : EARLIER[fact]?.[version - 1]?.schema;
  if (schema === undefined) throw new RangeError(`there is no version ${version} of ${fact}`);
  return schema;
}

const encoder = new TextEncoder();

/** A message of any version as a message of today's; the very bytes when it is one. @throws ContractError, RangeError */
export function upcast(fact: Fact, version: number, payload: Uint8Array): Uint8Array {
  if (version === FACT_WIRING[fact].version) return payload;
  let message = released(fact, version, payload);
  for (let v = version; v < FACT_WIRING[fact].version; v++) message = EARLIER[fact]?.[v - 1]?.next(message) ?? message;
  return encoder.encode(JSON.stringify(message));
}

function released(fact: Fact, version: number, payload: Uint8Array): Message {
  const schema = schemaOf(fact, version);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload));
  } catch (error) {
    throw new ContractError(fact, '', `of version ${version} is not JSON in UTF-8 (${String(error)})`);
  }
  const checked = schema.safeParse(json);
  if (checked.success) return json as Message;
  const [issue] = checked.error.issues;
  throw new ContractError(fact, issue?.path.join('.') ?? '', `of version ${version}: ${issue?.message ?? 'is malformed'}`);
}
