import { userInfo } from 'node:os';
import { z } from 'zod';
import { ConfigurationError } from '@aitrader/runtime-configuration';

/** Whom a command can be signed by. */
export const NAME = /^[A-Za-z0-9.@_-]{1,64}$/;
const name = z.string().regex(NAME, 'has to be 1 to 64 letters, digits, dots, hyphens, @ and _');

const environmentSchema = z.object({
  AITRADER_CONSOLE_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  AITRADER_CONSOLE_HOST: z.string().min(1).default('127.0.0.1'),
  AITRADER_CONSOLE_ACTOR: name.optional(),
  AITRADER_CONSOLE_SECOND: z.enum(['live', 'always']).default('live'),
  AITRADER_LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
  AITRADER_CONSOLE_PUBLISHED: z.literal('loopback').optional(),
  AITRADER_CONSOLE_TRACE_URL: z
    .url({ protocol: /^https?$/ })
    .refine((url) => url.includes('{trace}'), 'has to name the place of the trace as {trace}')
    .optional(),
  AITRADER_CONSOLE_URL: z.url({ protocol: /^https?$/ }).optional(),
  AITRADER_OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  AITRADER_OIDC_CLIENT_ID: z.string().min(1).optional(),
  AITRADER_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  AITRADER_OIDC_ROLES_CLAIM: z.string().min(1).default('roles'),
  AITRADER_OIDC_ROLES_PREFIX: z.string().default(''),
});

/** Variables whose value may be a reference to where it lies. */
export const SECRET_VARIABLES = ['AITRADER_OIDC_CLIENT_SECRET'] as const;

/** How people come in by OpenID Connect. */
export interface OpenIdEnvironment {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** where browsers reach the console: its address as they have it */
  readonly url: URL;
  /** where the issuer sends browsers back to; it has to be registered there */
  readonly callback: URL;
  /** the claim of a person that lists roles */
  readonly rolesClaim: string;
  /** what stands before the name of each role there */
  readonly rolesPrefix: string;
}

/** What the console is told by its environment. */
export interface ConsoleEnvironment {
  /** 0: any free port */
  readonly port: number;
  readonly host: string;
  /** under whose name commands are recorded that whoever has the printed token gives */
  readonly actor: string;
  /** where what lets more in takes a second person: with real money, or always */
  readonly second: 'live' | 'always';
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  /** where browsers reach it, where that is another address than the one that it listens on */
  readonly url: URL | undefined;
  /** where a trace is shown, with `{trace}` in the place of its id; undefined: nowhere */
  readonly traceUrl: string | undefined;
  /** undefined: one person comes in, by the token that is printed */
  readonly openId: OpenIdEnvironment | undefined;
}

/** Addresses of this machine alone. Whoever has the printed token commands as this machine's user does: it must not leave the machine. */
export const isLoopback = (host: string): boolean => /^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)$/.test(host);

/** @throws ConfigurationError with every problem at once */
export function consoleEnvironment(env: Readonly<Record<string, string | undefined>>): ConsoleEnvironment {
  const result = environmentSchema.safeParse(env);
  if (!result.success)
    throw new ConfigurationError(
      'environment',
      result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    );
  const { data } = result;
  const openId = openIdEnvironment(data);
  // of a container nobody but its publisher knows from where it is reached
  const isReached = !isLoopback(data.AITRADER_CONSOLE_HOST) && data.AITRADER_CONSOLE_PUBLISHED === undefined;
  if (openId === undefined && isReached)
    throw new ConfigurationError('environment', [
      `AITRADER_CONSOLE_HOST: ${data.AITRADER_CONSOLE_HOST} is reached from other machines, and who comes in by the printed token is asked nothing more: AITRADER_OIDC_ISSUER lets people in by their names`,
    ]);
  return {
    port: data.AITRADER_CONSOLE_PORT,
    host: data.AITRADER_CONSOLE_HOST,
    actor: data.AITRADER_CONSOLE_ACTOR ?? userInfo().username,
    second: data.AITRADER_CONSOLE_SECOND,
    logLevel: data.AITRADER_LOG_LEVEL,
    url: data.AITRADER_CONSOLE_URL === undefined ? undefined : new URL(data.AITRADER_CONSOLE_URL),
    traceUrl: data.AITRADER_CONSOLE_TRACE_URL,
    openId,
  };
}

/** @throws ConfigurationError when it is said in part */
function openIdEnvironment(data: z.output<typeof environmentSchema>): OpenIdEnvironment | undefined {
  const {
    AITRADER_OIDC_ISSUER: issuer,
    AITRADER_OIDC_CLIENT_ID: clientId,
    AITRADER_OIDC_CLIENT_SECRET: clientSecret,
    AITRADER_CONSOLE_URL: url,
  } = data;
  if (issuer === undefined) return undefined;
  const problems = [
    ...(clientId === undefined ? ['AITRADER_OIDC_CLIENT_ID: is needed with AITRADER_OIDC_ISSUER'] : []),
    ...(clientSecret === undefined ? ['AITRADER_OIDC_CLIENT_SECRET: is needed with AITRADER_OIDC_ISSUER'] : []),
    ...(url === undefined ? ['AITRADER_CONSOLE_URL: is needed with AITRADER_OIDC_ISSUER: where browsers reach the console'] : []),
    ...Object.entries({ AITRADER_OIDC_ISSUER: issuer, AITRADER_CONSOLE_URL: url }).flatMap(([variable, one]) =>
      one !== undefined && !one.startsWith('https:') && !isLoopback(new URL(one).hostname)
        ? [`${variable}: ${one} is not https, and not of this machine`]
        : [],
    ),
  ];
  if (clientId === undefined || clientSecret === undefined || url === undefined || problems.length > 0)
    throw new ConfigurationError('environment', problems);
  const own = new URL(url);
  return {
    ...{ issuer: new URL(issuer), clientId, clientSecret, url: own, callback: new URL('/login/callback', own) },
    rolesClaim: data.AITRADER_OIDC_ROLES_CLAIM,
    rolesPrefix: data.AITRADER_OIDC_ROLES_PREFIX,
  };
}
