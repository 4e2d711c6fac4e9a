export { openDatabase, type DatabaseOptions, type OpenDatabase } from './database.ts';
export { readableDatabase } from './reader.ts';
export { dataSourceOf } from './data-source.ts';
export { DatabaseUrlError, type DatabaseLogin } from './login.ts';
export { SchemaMismatch, migrateDown, migrateUp } from './migrating.ts';
export { BackupRefused, archiveInto, copyBase, restoreBase } from './server/backup.ts';
export { PostgresMissing } from './server/binaries.ts';
export { PostgresFailed } from './server/launch.ts';
export {
  ENTITIES,
  FACT_TABLES,
  FOUND_TABLES,
  PROJECTED_TABLES,
  STANDING_TABLES,
  Archive,
  ArchivePartRow,
  DailyParity,
  JournalPosition,
  Run,
  Sweep,
  SweepResult,
  type ProjectedTable,
  type RowOf,
} from './schema/index.ts';
export { ROLES, roleName, type Role } from './roles.ts';
