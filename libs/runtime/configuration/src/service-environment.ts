import { z } from 'zod';
import { ADJUSTMENTS, DATE_ORDERS, STAMPS, TIMEFRAMES, type RunConfig } from '@aitrader/model';
import { ConfigurationError } from './configuration-error.ts';
import { problemsOf } from './problems.ts';
import { parseRunConfig } from './run-configuration.ts';

const environmentSchema = z.object({
  NATS_URL: z.string().min(1),
  /** file of this service's key to the bus; a bus without accounts is not asked for one */
  AITRADER_BUS_KEY: z.string().min(1).optional(),
  AITRADER_RUN: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower case letters, digits and hyphens'),
  AITRADER_HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** address that the health endpoint listens on */
  AITRADER_HEALTH_HOST: z.string().min(1).default('127.0.0.1'),
  /** whether a second copy of a stage of the account waits until the first one is gone */
  AITRADER_STANDBY: z.enum(['0', '1']).default('0'),
  AITRADER_CHECKPOINT_SLICES: z.coerce.number().int().min(1).max(1_000_000).default(500),
  AITRADER_LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
  /** a file: whose signatures on orders and commands count */
  AITRADER_TRUSTED_KEYS: z.string().min(1).optional(),
});

/** What a service is told by its environment, parsed once at its start. */
export interface ServiceEnvironment {
  readonly natsUrl: string;
  readonly busKeyFile: string | undefined;
  readonly run: string;
  /** 0: any free port */
  readonly healthPort: number;
  readonly healthHost: string;
  /** whether this copy of a stage of the account waits while another one lives, instead of ending */
  readonly standsBy: boolean;
  readonly checkpointEvery: number;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  /** path of the file that says whose signatures count; a stage that hears orders or commands does not start without it */
  readonly trustedKeys: string | undefined;
}

/** @throws ConfigurationError with every problem at once */
export function serviceEnvironment(env: Readonly<Record<string, string | undefined>>): ServiceEnvironment {
  const result = environmentSchema.safeParse(env);
  if (!result.success) throw new ConfigurationError('environment', problemsOf(result.error, env));
  const { data } = result;
  return {
    natsUrl: data.NATS_URL,
    busKeyFile: data.AITRADER_BUS_KEY,
    run: data.AITRADER_RUN,
    healthPort: data.AITRADER_HEALTH_PORT,
    healthHost: data.AITRADER_HEALTH_HOST,
    standsBy: data.AITRADER_STANDBY === '1',
    checkpointEvery: data.AITRADER_CHECKPOINT_SLICES,
    logLevel: data.AITRADER_LOG_LEVEL,
    trustedKeys: data.AITRADER_TRUSTED_KEYS,
  };
}

/** A file of fitted parameters that goes with the bars; a recording has its own. */
const parameters = z.string().min(1).optional();
/** A file of corporate actions that goes with the bars, or an archive that keeps some; a recording has its own. */
const actions = z.string().min(1).optional();

/** Which bars are wanted, of all there are. */
const selection = {
  from: z.string().optional(),
  to: z.string().optional(),
  symbols: z.array(z.string().min(1)).min(1).optional(),
};

/** What is said about files that their content does not tell. */
const reading = {
  /** IANA name of the zone of times that carry none */
  timeZone: z.string().min(1).optional(),
  stamp: z.enum(STAMPS).optional(),
  adjustment: z.enum(ADJUSTMENTS).optional(),
  /** symbol of files that name none */
  symbol: z.string().min(1).optional(),
  dates: z.enum(DATE_ORDERS).optional(),
  columns: z.array(z.string().min(1)).readonly().optional(),
};

const barSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sample'), ...selection, parameters, actions }),
  z.strictObject({
    kind: z.literal('synthetic'),
    symbols: z.int().min(1).max(20_000),
    intervals: z.int().min(1).max(100_000_000),
  }),
  z.strictObject({
    kind: z.literal('files'),
    paths: z.array(z.string().min(1)).min(1),
    timeframe: z.enum(TIMEFRAMES).optional(),
    ...reading,
    ...selection,
    parameters,
    actions,
  }),
  z.strictObject({
    kind: z.literal('archive'),
    path: z.string().min(1),
    timeframe: z.enum(TIMEFRAMES).optional(),
    /** as it was told up to an instant, epoch ms, or with versions up to one of them */
    asOf: z.union([z.strictObject({ at: z.int().min(0) }), z.strictObject({ version: z.int() })]).optional(),
    /** of bars of which the archive does not know it */
    adjustment: z.enum(ADJUSTMENTS).optional(),
    ...selection,
    parameters,
    actions,
  }),
  z.strictObject({ kind: z.literal('recording'), run: z.string(), parameters }),
]);

/** Where bars come from. `from` and `to` are New York dates, both included; without `symbols` all of them are wanted. */
export type BarSourceSpec = z.infer<typeof barSourceSchema>;

/** Vendors whose bars can be followed as they come. */
export const LIVE_VENDORS = ['alpaca', 'finnhub', 'yahoo'] as const;
export type LiveVendorName = (typeof LIVE_VENDORS)[number];

const liveSourceSchema = z.strictObject({
  kind: z.literal('live'),
  vendor: z.enum(LIVE_VENDORS),
  /** vendors that take over while the one before them is down, the first one first */
  backups: z.array(z.enum(LIVE_VENDORS)).max(LIVE_VENDORS.length).default([]),
  feed: z.string().min(1),
  symbols: z.array(z.string().min(1)).min(1),
  /** sessions before the present one whose bars are fetched first, for the filters to warm up on */
  history: z.int().min(0).max(30).default(1),
  /** how long after its close a minute is waited for */
  graceMs: z.int().min(0).max(30_000).default(1_500),
  /** minutes in a row that must be well before entries are allowed, or allowed again */
  cleanMinutes: z.int().min(1).max(60).default(3),
  /** how far the clock may be off the vendor's, ms, while entries are allowed */
  clockOffMs: z.int().min(100).max(60_000).default(2_000),
  /** how long a vendor is down before the next one takes over, ms */
  downMs: z.int().min(1_000).max(3_600_000).default(30_000),
  /** minutes in a row without a bar that was heard after which a vendor that is connected is taken for down */
  silentMinutes: z.int().min(1).max(120).default(5),
  /** whole minutes in a row after which a better vendor takes its turn back */
  returnMinutes: z.int().min(1).max(120).default(5),
  /** how far two vendors' prices of a minute may be apart, 1/100 %, while entries are allowed */
  apartBps: z.int().min(1).max(10_000).default(100),
  /** how often the last minutes are fetched again, for trades that were reported late and for a look at the vendor's clock */
  lookAgainMinutes: z.int().min(1).max(15).default(5),
  parameters,
  actions,
});

/** A market that is followed as it happens. */
export type LiveSourceSpec = z.infer<typeof liveSourceSchema>;

const ingestSchema = z.strictObject({
  source: z.discriminatedUnion('kind', [barSourceSchema, liveSourceSchema]),
  /** how many times faster than the market's own clock; 0: as fast as the stages follow */
  speed: z.number().min(0).default(0),
  shards: z.int().min(1).max(1024).default(1),
  kind: z.enum(['live', 'paper', 'replay', 'backtest']).default('paper'),
  config: z.unknown().optional(),
  /** the run that this one goes on from */
  follows: z.string().min(1).optional(),
});

/** What ingest is to play, and how the run is to be shaped. */
export interface IngestSpec {
  readonly source: BarSourceSpec | LiveSourceSpec;
  readonly speed: number;
  readonly shards: number;
  readonly kind: 'live' | 'paper' | 'replay' | 'backtest';
  readonly config: RunConfig;
  /** the run that this one goes on from */
  readonly follows?: string | undefined;
}

/** Parses AITRADER_INGEST, a JSON document; without one, ingest plays the built-in sample. @throws ConfigurationError */
export function ingestSpec(text: string | undefined): IngestSpec {
  const source = 'AITRADER_INGEST';
  let given: unknown = { source: { kind: 'sample' } };
  if (text !== undefined && text !== '') {
    try {
      given = JSON.parse(text);
    } catch (error) {
      throw new ConfigurationError(source, [`not JSON: ${error instanceof Error ? error.message : String(error)}`]);
    }
  }
  return ingestSpecFrom(given, source);
}

/** The same of a document that was parsed already; `source` is named in errors. @throws ConfigurationError */
export function ingestSpecFrom(given: unknown, source: string): IngestSpec {
  const result = ingestSchema.safeParse(given);
  if (!result.success) throw new ConfigurationError(source, problemsOf(result.error, given));
  const config = parseRunConfig(result.data.config ?? {}, source);
  return { ...result.data, config };
}
