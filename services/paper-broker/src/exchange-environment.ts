import { z } from 'zod';
import { cashFromDollars, type Cash, type SimulationConfig } from '@aitrader/model';
import { ConfigurationError, SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';

/** Four times as much is still counted exactly, to the millionth of a dollar. */
const CASH_MAX = 1_000_000_000;
const isCash = (text: string): boolean => /^\d+(\.\d+)?$/.test(text) && Number(text) <= CASH_MAX;
const figure = (fallback: number) => z.coerce.number().min(0).default(fallback);
const { simulation } = SIMULATED_DEFAULTS;

const environmentSchema = z.object({
  PAPER_EXCHANGE_PORT: z.coerce.number().int().min(0).max(65_535).default(8765),
  PAPER_EXCHANGE_HOST: z.string().min(1).default('127.0.0.1'),
  PAPER_EXCHANGE_CASH: z.string().refine(isCash, 'must be dollars, such as 100000, a billion at the most').default('100000'),
  PAPER_EXCHANGE_KEYS: z
    .string()
    .regex(/^[^:,]+:[^:,]+(,[^:,]+:[^:,]+)*$/, 'must be <key id>:<secret>, several of them with commas between')
    .optional(),
  PAPER_EXCHANGE_BARS: z.string().min(1).optional(),
  PAPER_EXCHANGE_SYMBOLS: z.string().min(1).optional(),
  PAPER_EXCHANGE_FROM: z.iso.datetime({ offset: true }).optional(),
  PAPER_EXCHANGE_JOURNAL: z.string().min(1).optional(),
  PAPER_EXCHANGE_RULES: z.enum(['vendor', 'simulation']).default('vendor'),
  PAPER_EXCHANGE_SEED: z.string().min(1).max(128).default('paper'),
  /** requests a minute of an account and of its market data; 0: any number */
  PAPER_EXCHANGE_RATE_LIMIT: z.coerce.number().int().min(0).max(1_000_000).default(200),
  PAPER_EXCHANGE_HALF_SPREAD_BP: figure(simulation.halfSpreadBpRegular),
  PAPER_EXCHANGE_HALF_SPREAD_EXTENDED_BP: figure(simulation.halfSpreadBpExtended),
  PAPER_EXCHANGE_IMPACT_BP: figure(simulation.impactBp),
  PAPER_EXCHANGE_PARTICIPATION_MAX: z.coerce.number().gt(0).max(1).default(simulation.participationMax),
  PAPER_EXCHANGE_FEE_PER_SHARE: figure(simulation.feePerShareDollars),
  PAPER_EXCHANGE_SPREAD: z.enum(['fixed', 'estimated']).default(simulation.spread),
  PAPER_EXCHANGE_HALF_SPREAD_FLOOR_BP: figure(simulation.halfSpreadFloorBp),
  PAPER_EXCHANGE_SPREAD_SESSIONS: z.coerce.number().int().min(1).max(250).default(simulation.spreadSessions),
  PAPER_EXCHANGE_SLIPPAGE_BP: figure(simulation.slippageBp),
  PAPER_EXCHANGE_LATENCY_MS: z.coerce.number().int().min(0).max(86_400_000).default(simulation.latencyMs),
  PAPER_EXCHANGE_FEES: z.enum(['per-share', 'regulatory']).default(simulation.fees),
  PAPER_EXCHANGE_BORROW_RATE: figure(simulation.borrowRatePerYear),
  AITRADER_LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
});

/** What the exchange is told by its environment. */
export interface ExchangeEnvironment {
  /** 0: any free port */
  readonly port: number;
  readonly host: string;
  readonly cash: Cash;
  /** secret by key id; undefined: any pair that is not empty */
  readonly keys: ReadonlyMap<string, string> | undefined;
  /** a file or an archive of bars, or `sample`; undefined: bars come by request alone */
  readonly bars: string | undefined;
  /** what is listed besides the symbols of the bars */
  readonly symbols: readonly string[];
  /** when the account is opened, epoch ms; undefined: with the first bars, or now */
  readonly from: number | undefined;
  /** when it was first started, epoch ms; undefined: now */
  readonly openedAt?: number;
  readonly rules: 'vendor' | 'simulation';
  /** the file that what is asked is written to, and taken up from; undefined: it is forgotten at the end */
  readonly journal: string | undefined;
  readonly seed: string;
  readonly ratePerMinute: number;
  readonly simulation: SimulationConfig;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
}

/** @throws ConfigurationError with every problem at once */
export function exchangeEnvironment(env: Readonly<Record<string, string | undefined>>): ExchangeEnvironment {
  const result = environmentSchema.safeParse(env);
  if (!result.success) throw new ConfigurationError('environment', problemsIn(result.error));
  const { data } = result;
  return {
    port: data.PAPER_EXCHANGE_PORT,
    host: data.PAPER_EXCHANGE_HOST,
    cash: cashFromDollars(Number(data.PAPER_EXCHANGE_CASH)),
    keys: data.PAPER_EXCHANGE_KEYS === undefined ? undefined : keysOf(data.PAPER_EXCHANGE_KEYS),
    bars: data.PAPER_EXCHANGE_BARS,
    symbols: data.PAPER_EXCHANGE_SYMBOLS?.split(',').map((one) => one.trim()) ?? [],
    from: data.PAPER_EXCHANGE_FROM === undefined ? undefined : Date.parse(data.PAPER_EXCHANGE_FROM),
    rules: data.PAPER_EXCHANGE_RULES,
    journal: data.PAPER_EXCHANGE_JOURNAL,
    seed: data.PAPER_EXCHANGE_SEED,
    ratePerMinute: data.PAPER_EXCHANGE_RATE_LIMIT,
    simulation: {
      halfSpreadBpRegular: data.PAPER_EXCHANGE_HALF_SPREAD_BP,
      halfSpreadBpExtended: data.PAPER_EXCHANGE_HALF_SPREAD_EXTENDED_BP,
      impactBp: data.PAPER_EXCHANGE_IMPACT_BP,
      participationMax: data.PAPER_EXCHANGE_PARTICIPATION_MAX,
      feePerShareDollars: data.PAPER_EXCHANGE_FEE_PER_SHARE,
      spread: data.PAPER_EXCHANGE_SPREAD,
      halfSpreadFloorBp: data.PAPER_EXCHANGE_HALF_SPREAD_FLOOR_BP,
      spreadSessions: data.PAPER_EXCHANGE_SPREAD_SESSIONS,
      slippageBp: data.PAPER_EXCHANGE_SLIPPAGE_BP,
      latencyMs: data.PAPER_EXCHANGE_LATENCY_MS,
      fees: data.PAPER_EXCHANGE_FEES,
      borrowRatePerYear: data.PAPER_EXCHANGE_BORROW_RATE,
    },
    logLevel: data.AITRADER_LOG_LEVEL,
  };
}

/** Values are left out of the message: one of them may be a secret. */
const problemsIn = (error: z.ZodError): string[] => error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

const keysOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split(',').map((pair): [string, string] => {
      const [id = '', secret = ''] = pair.split(':');
      return [id, secret];
    }),
  );
