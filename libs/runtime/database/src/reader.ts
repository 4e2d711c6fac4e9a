import type { DataSource } from 'typeorm';
import { addressInHome } from './answering.ts';
import { dataSourceOf } from './data-source.ts';
import { azureToken, loginFrom, type DatabaseLogin } from './login.ts';
import { SchemaMismatch, missingIn } from './migrating.ts';
import { DATABASE_NAME, roleName } from './roles.ts';
import { passwordOf } from './server/database-files.ts';
import type { DatabaseOptions } from './database.ts';

/**
 * The tables, to be read, of a Postgres that is there: the one that DATABASE_URL names, or the home's own while it runs. Nothing is started, made or
 * changed. Undefined where there is none. @throws DatabaseUrlError; SchemaMismatch where its tables are another program's; what connecting throws
 */
export async function readableDatabase({
  home,
  env = process.env,
  token = azureToken,
}: Pick<DatabaseOptions, 'home' | 'env' | 'token'>): Promise<DataSource | undefined> {
  const login = await loginToRead(home, env['DATABASE_URL']?.trim(), token);
  if (login === undefined) return undefined;
  const source = dataSourceOf(login);
  await source.initialize();
  try {
    const missing = await missingIn(source);
    if (missing.length > 0) throw new SchemaMismatch(`its tables are an earlier program's: ${missing.join(', ')} are missing`);
  } catch (error) {
    await source.destroy();
    throw error;
  }
  return source;
}

async function loginToRead(
  home: string,
  url: string | undefined,
  token: () => Promise<string>,
): Promise<DatabaseLogin | undefined> {
  if (url !== undefined && url !== '') return loginFrom(url, 'DATABASE_URL', token);
  const address = await addressInHome(home);
  if (address === undefined) return undefined;
  const password = await passwordOf(home, 'console');
  return { ...address, user: roleName('console'), password, database: DATABASE_NAME, ssl: false };
}
