import { z } from 'zod';
import type { LastHopLimits } from '@aitrader/application-order-gateway';
import { ConfigurationError } from '@aitrader/runtime-configuration';

const environmentSchema = z.object({
  AITRADER_BROKER_URL: z.url().optional(),
  AITRADER_BROKER_REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000_000).optional(),
  AITRADER_GATEWAY_QUANTITY_MAX: z.coerce.number().gt(0).max(1_000_000_000).default(100_000),
  AITRADER_GATEWAY_NOTIONAL_MAX: z.coerce.number().gt(0).max(1_000_000_000).default(1_000_000),
  AITRADER_GATEWAY_ORDERS_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000).optional(),
  AITRADER_GATEWAY_AGE_MS: z.coerce.number().int().min(0).max(3_600_000).default(10_000),
});

/** Orders of a minute that a gateway sends to a broker with a market of its own; bars that are played come faster than that. */
const ORDERS_PER_MINUTE = 150;
const ORDERS_PER_MINUTE_PLAYED = 1_000_000;
/** Our own exchange counts no requests when it trades the bars of a run. */
const REQUESTS_PER_MINUTE_PLAYED = 1_000_000_000;

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);
const isOnThisMachine = (url: string | undefined): boolean => url !== undefined && LOOPBACK.has(new URL(url).hostname);

/** What the gateway is told by its environment: it is set apart from what risk goes by, so that one mistake does not make both too wide. */
export interface BrokerEnvironment {
  /** instead of the broker's own address */
  readonly url: string | undefined;
  /** requests a minute that the account may make; undefined: as many as the broker lets everybody */
  readonly perMinute: number | undefined;
  readonly limits: LastHopLimits;
}

/** `isPlayed`: the broker follows bars that may be of any day. @throws ConfigurationError with every problem at once */
export function brokerEnvironment(env: Readonly<Record<string, string | undefined>>, isPlayed: boolean): BrokerEnvironment {
  const result = environmentSchema.safeParse(env);
  if (!result.success)
    throw new ConfigurationError(
      'environment',
      result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    );
  const { data } = result;
  // such a broker is asked for each interval, and a run without its address would stand still without a word
  if (isPlayed && data.AITRADER_BROKER_URL === undefined)
    throw new ConfigurationError('environment', ["AITRADER_BROKER_URL: where is the exchange that trades the run's bars?"]);
  if ((env['AITRADER_CLOCK'] ?? '') !== '' && !isOnThisMachine(data.AITRADER_BROKER_URL))
    throw new ConfigurationError('AITRADER_CLOCK', [
      'is for rehearsals with a broker on this machine: name it in AITRADER_BROKER_URL',
    ]);
  return {
    url: data.AITRADER_BROKER_URL?.replace(/\/+$/, ''),
    perMinute: data.AITRADER_BROKER_REQUESTS_PER_MINUTE ?? (isPlayed ? REQUESTS_PER_MINUTE_PLAYED : undefined),
    limits: {
      quantityMax: data.AITRADER_GATEWAY_QUANTITY_MAX,
      notionalMax: data.AITRADER_GATEWAY_NOTIONAL_MAX,
      ordersPerMinute: data.AITRADER_GATEWAY_ORDERS_PER_MINUTE ?? (isPlayed ? ORDERS_PER_MINUTE_PLAYED : ORDERS_PER_MINUTE),
      ageMsMax: isPlayed ? 0 : data.AITRADER_GATEWAY_AGE_MS,
    },
  };
}
