/** How one role gets in. */
export interface DatabaseLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** asked anew for each connection where it is a function */
  readonly password: string | (() => Promise<string>);
  readonly database: string;
  readonly ssl: boolean | { readonly rejectUnauthorized: boolean };
}

/** The address of a database cannot be used; the message names the variable, never a password. */
export class DatabaseUrlError extends Error {
  override readonly name = 'DatabaseUrlError';
}

const PORT = 5432;
const SCHEMES = ['postgres:', 'postgresql:'];
const SSL: Readonly<Record<string, DatabaseLogin['ssl']>> = {
  disable: false,
  'no-verify': { rejectUnauthorized: false },
  require: true,
  'verify-ca': true,
  'verify-full': true,
};
const AZURE_HOST = /\.postgres\.database\.(azure\.com|usgovcloudapi\.net|chinacloudapi\.cn)$/;

/**
 * Reads an address like `postgres://user:password@host:5432/database?sslmode=require`. One without a password is of a server that takes
 * tokens: `token` gives one, for each connection anew, since they last about an hour. @throws DatabaseUrlError naming the variable
 */
export function loginFrom(url: string, variable: string, token: () => Promise<string>): DatabaseLogin {
  const refuse = (problem: string): never => {
    throw new DatabaseUrlError(`${variable} ${problem}: it has to be like postgres://user:password@host:5432/database`);
  };
  const parsed = URL.canParse(url) ? new URL(url) : refuse('is no address');
  if (!SCHEMES.includes(parsed.protocol)) refuse(`begins with ${parsed.protocol}`);
  const database = decodeURIComponent(parsed.pathname.slice(1));
  if (parsed.username === '') refuse('names no user');
  if (parsed.hostname === '') refuse('names no host');
  if (database === '') refuse('names no database');
  const isAzure = AZURE_HOST.test(parsed.hostname);
  const mode = parsed.searchParams.get('sslmode') ?? (isAzure ? 'require' : 'disable');
  const ssl = SSL[mode];
  if (ssl === undefined)
    return refuse(`has the sslmode ${JSON.stringify(mode)}, which is none of ${Object.keys(SSL).join(', ')}`);
  if (parsed.password === '' && ssl === false) refuse('has no password, and a token may not travel without sslmode');
  return {
    host: parsed.hostname,
    port: parsed.port === '' ? PORT : Number(parsed.port),
    user: decodeURIComponent(parsed.username),
    password: parsed.password === '' ? token : decodeURIComponent(parsed.password),
    database,
    ssl,
  };
}

const AZURE_SCOPE = 'https://ossrdbms-aad.database.windows.net/.default';

/** The token of the identity that Azure gives this process, or of whoever is signed in on this machine. */
export async function azureToken(): Promise<string> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  const { token } = await new DefaultAzureCredential().getToken(AZURE_SCOPE);
  return token;
}
