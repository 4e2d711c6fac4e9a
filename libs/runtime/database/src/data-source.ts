import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseLogin } from './login.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { SnakeCase } from './schema/columns.ts';
import { ENTITIES } from './schema/index.ts';

/** Schema of what the journal keeps for itself, the list of migrations among it. */
export const OWN_SCHEMA = 'journal';
const POOL_MAX = 4;
const CONNECT_MS_MAX = 5_000;
/** A server that is gone without a word, or stands still, is given up after this; what it does for longer says so itself. */
const ANSWER_MS_MAX = 120_000;

/** The tables as a login sees them. It opens nothing before `initialize`. `patient`: whatever is asked may take as long as it takes. */
export function dataSourceOf({ host, port, user, password, database, ssl }: DatabaseLogin, patient = false): DataSource {
  const options: DataSourceOptions = {
    type: 'postgres',
    ...{ host, port, username: user, password, database, ssl },
    schema: OWN_SCHEMA,
    entities: [...ENTITIES],
    migrations: [...MIGRATIONS],
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    namingStrategy: new SnakeCase(),
    installExtensions: false,
    applicationName: 'aitrader',
    connectTimeoutMS: CONNECT_MS_MAX,
    extra: { max: POOL_MAX, keepAlive: true, ...(patient ? {} : { query_timeout: ANSWER_MS_MAX }) },
  };
  return new DataSource(options);
}
