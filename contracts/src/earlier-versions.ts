import { z } from 'zod';
import type { Ticker } from '@aitrader/model';
import { barsV1 } from './released/bars-v1.ts';
import { controlV1 } from './released/control-v1.ts';
import { controlV2 } from './released/control-v2.ts';
import { controlV3 } from './released/control-v3.ts';
import { controlV4 } from './released/control-v4.ts';
import { controlV5 } from './released/control-v5.ts';
import { controlV6 } from './released/control-v6.ts';
import { denialsV1 } from './released/denials-v1.ts';
import { denialsV2 } from './released/denials-v2.ts';
import { manifestV1 } from './released/manifest-v1.ts';
import { manifestV2 } from './released/manifest-v2.ts';
import { manifestV3 } from './released/manifest-v3.ts';
import { manifestV4 } from './released/manifest-v4.ts';
import { manifestV5 } from './released/manifest-v5.ts';
import { orderEventsV1 } from './released/order-events-v1.ts';
import { ordersV1 } from './released/orders-v1.ts';
import { ordersV2 } from './released/orders-v2.ts';
import { ordersV3 } from './released/orders-v3.ts';
import { ordersV4 } from './released/orders-v4.ts';
import type { Message, ReleasedVersion } from './released/released-version.ts';
import { signalsV1 } from './released/signals-v1.ts';
import { signalsV2 } from './released/signals-v2.ts';
import { statesV1 } from './released/states-v1.ts';
import { STATE_COLUMNS_V2, statesV2 } from './released/states-v2.ts';
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

/** The frozen versions of each fact, from the first on. The version of today may be among them. */
export const RELEASED: Partial<Record<Fact, readonly ReleasedVersion[]>> = {
  manifest: [manifestV1, manifestV2, manifestV3, manifestV4, manifestV5],
  bars: [barsV1],
  states: [statesV1, statesV2],
  signals: [signalsV1, signalsV2],
  orders: [ordersV1, ordersV2, ordersV3, ordersV4],
  denials: [denialsV1, denialsV2],
  'order-events': [orderEventsV1],
  control: [controlV1, controlV2, controlV3, controlV4, controlV5, controlV6],
};

/** The schema of a fact's version, from 1 on. @throws RangeError when there is no such version */
export function schemaOf(fact: Fact, version: number): z.ZodType {
  const schema = version === FACT_WIRING[fact].version ? SCHEMAS[fact] : RELEASED[fact]?.[version - 1]?.schema;
  if (schema === undefined) throw new RangeError(`there is no version ${version} of ${fact}`);
  return schema;
}

const encoder = new TextEncoder();

/**
 * A message of any version as a message of today's; the very bytes when it is one.
 * @throws ContractError, also for a version that only a newer program knows
 */
export function upcast(fact: Fact, version: number, payload: Uint8Array): Uint8Array {
  const today = FACT_WIRING[fact].version;
  if (version === today) return payload;
  if (version > today)
    throw new ContractError(
      fact,
      '',
      `is of version ${version}, which a newer program wrote: this one reads up to version ${today}`,
    );
  return encoder.encode(JSON.stringify(saidAs(fact, version, today, payload)));
}

/** A message of a released version as a later one says it. */
function saidAs(fact: Fact, version: number, later: number, payload: Uint8Array): Message {
  let message = released(fact, version, payload);
  for (const { next } of (RELEASED[fact] ?? []).slice(version - 1, later - 1)) {
    if (next === undefined) throw new Error(`nobody has said how a version of ${fact} is said in the next one`);
    message = next(message);
  }
  return message;
}

/** The last version of the states that carried every figure. */
const STATES_WITH_ALL_FIGURES = 2;

/**
 * Every figure of a symbol's state as it was recorded, by name, of the versions that carried them all; of those before, what was absent
 * is 0. Undefined for later versions, whose readers compute what follows, and for a symbol that has no state there.
 * @throws ContractError
 */
export function recordedFigures(version: number, payload: Uint8Array, symbol: Ticker): Record<string, number> | undefined {
  if (version > STATES_WITH_ALL_FIGURES) return undefined;
  const { symbols, ...rest } = saidAs('states', version, STATES_WITH_ALL_FIGURES, payload);
  const at = z.array(z.string()).parse(symbols).indexOf(symbol);
  if (at < 0) return undefined;
  const columns = STATE_COLUMNS_V2.map((name) => [name, z.array(z.number()).parse(rest[name])[at] ?? NaN] as const);
  return Object.fromEntries(columns);
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
