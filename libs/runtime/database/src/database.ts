import type { DataSource } from 'typeorm';
import { dataSourceOf } from './data-source.ts';
import { azureToken, loginFrom, type DatabaseLogin } from './login.ts';
import { SchemaMismatch, migrateUp, missingIn } from './migrating.ts';
import { DATABASE_NAME, roleName, type Role } from './roles.ts';
import { embeddedServer } from './server/embedded-server.ts';
import { LOOPBACK } from './server/launch.ts';

export interface DatabaseOptions {
  /** the project's own folder; a server of our own keeps its data in `<home>/postgres` */
  readonly home: string;
  /** default `process.env`; DATABASE_URL in it names a server to use instead of one of our own */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** told, in a sentence, what is going on */
  readonly onProgress?: (text: string) => void;
  /** a token for a server that takes those; default: of this process's identity in Azure */
  readonly token?: () => Promise<string>;
}

/** A database whose tables are this program's. */
export interface OpenDatabase {
  /** the tables, as the journal may use them */
  readonly source: DataSource;
  readonly origin: 'started' | 'adopted' | 'shared' | 'external';
  /** how a role gets in; of a server that DATABASE_URL names, everybody as it says */
  readonly loginOf: (role: Role) => DatabaseLogin;
  /** Leaves it, and ends the server where this process started it. */
  readonly close: () => Promise<void>;
}

interface Server {
  readonly origin: OpenDatabase['origin'];
  readonly loginOf: OpenDatabase['loginOf'];
  readonly stop: () => Promise<void>;
}

/**
 * A database to project into: the one that DATABASE_URL names, or the home's own. Its tables are brought up to this program's by the owner,
 * whom AITRADER_DATABASE_OWNER_URL names where DATABASE_URL is another's.
 * @throws DatabaseUrlError, SchemaMismatch, PostgresMissing, PostgresFailed
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  const server = await serverOf(options);
  const source = dataSourceOf(server.loginOf('journal'));
  try {
    await bringUp(source, server.loginOf('owner'));
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    await server.stop();
    throw error;
  }
  const close = async (): Promise<void> => {
    await source.destroy().catch(() => undefined);
    await server.stop();
  };
  return { source, origin: server.origin, loginOf: server.loginOf, close };
}

async function bringUp(source: DataSource, owner: DatabaseLogin): Promise<void> {
  await source.initialize();
  // a session that is ended while it is idle is replaced at the next query
  const missing = await missingIn(source);
  if (missing.length === 0) return;
  await migrateUp(owner).catch((cause: unknown) => {
    throw new SchemaMismatch(
      `the tables have to be brought up to this program's (${missing.join(', ')}), and ${owner.user} could not: let AITRADER_DATABASE_OWNER_URL name a role that may`,
      { cause },
    );
  });
}

async function serverOf({ home, env = process.env, onProgress, token = azureToken }: DatabaseOptions): Promise<Server> {
  const named = (variable: string): string | undefined => (env[variable]?.trim() === '' ? undefined : env[variable]?.trim());
  const url = named('DATABASE_URL');
  if (url !== undefined) {
    const login = loginFrom(url, 'DATABASE_URL', token);
    const ownerUrl = named('AITRADER_DATABASE_OWNER_URL');
    const owner = ownerUrl === undefined ? login : loginFrom(ownerUrl, 'AITRADER_DATABASE_OWNER_URL', token);
    return { origin: 'external', loginOf: (role) => (role === 'owner' ? owner : login), stop: () => Promise.resolve() };
  }
  const server = await embeddedServer(home, onProgress);
  const { port, passwords, origin, stop } = server;
  const loginOf = (role: Role): DatabaseLogin => {
    return { host: LOOPBACK, port, user: roleName(role), password: passwords[role], database: DATABASE_NAME, ssl: false };
  };
  return { origin, loginOf, stop };
}
