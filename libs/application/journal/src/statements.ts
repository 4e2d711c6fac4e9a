import type { DataSource, EntityMetadata } from 'typeorm';
import { PROJECTED_TABLES, STANDING_TABLES, type ProjectedTable } from '@aitrader/runtime-database';
import { arrayText, type ColumnKind } from './array-text.ts';

interface InsertedColumn {
  readonly property: string;
  readonly name: string;
  readonly type: string;
  readonly kind: ColumnKind;
  readonly isKey: boolean;
}

/** How the rows of a table are written: one statement for any number of them, an array for each column. */
export interface Insert {
  readonly sql: string;
  /** the number of what they are of, and the arrays */
  readonly parameters: (owner: number, rows: readonly object[]) => readonly unknown[];
}

/** The statements of all tables, as their entities have them. */
export function insertsOf(source: DataSource): Readonly<Record<ProjectedTable, Insert>> {
  const entries = Object.entries(PROJECTED_TABLES).map(([table, entity]) => {
    return [table, insertOf(source.getMetadata(entity), table in STANDING_TABLES)] as const;
  });
  return Object.fromEntries(entries) as Record<ProjectedTable, Insert>;
}

/** What the number stands for that all rows of a statement have. */
type Owner = 'runId' | 'sweepId' | 'archiveId';

/** The statement of a table. `isStanding`: a row that is there is told anew; else it is a defect. */
export function insertOf(entity: EntityMetadata, isStanding: boolean, owner: Owner = 'runId'): Insert {
  const columns = entity.columns.filter(({ propertyName }) => propertyName !== owner).map(columnOf);
  const ownerName = entity.findColumnWithPropertyName(owner)?.databaseName;
  if (ownerName === undefined) throw new TypeError(`${entity.tablePath} has no ${owner}`);
  const names = columns.map(({ name }) => name);
  const given = columns.map(({ name, type, kind }) => (kind === 'json' || kind === 'list' ? `${name}::${type}` : name));
  const arrays = columns.map(({ type, kind }, i) => `$${i + 2}::${kind === 'json' || kind === 'list' ? 'text' : type}[]`);
  const keys = entity.primaryColumns.map(({ databaseName }) => databaseName);
  const changed = columns.filter(({ isKey }) => !isKey).map(({ name }) => `${name} = excluded.${name}`);
  // facts are told once: a row of theirs that is there already is a defect, and ends the batch
  const onConflict = isStanding ? `ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${changed.join(', ')}` : '';
  const keyProperties = columns.filter(({ isKey }) => isKey).map(({ property }) => property);
  return {
    sql: `INSERT INTO ${entity.tablePath} (${ownerName}, ${names.join(', ')})
      SELECT $1::integer, ${given.join(', ')} FROM unnest(${arrays.join(', ')}) AS given (${names.join(', ')})
      ${onConflict}`,
    parameters: (of, rows) => {
      const written = isStanding ? lastOfEach(rows, keyProperties) : rows;
      return [of, ...columns.map(({ property, kind }) => arrayText(written, property, kind))];
    },
  };
}

function columnOf(column: EntityMetadata['columns'][number]): InsertedColumn {
  const { propertyName: property, databaseName: name, isArray, isPrimary: isKey } = column;
  const bare = String(column.type);
  const kind = isArray ? 'list' : bare === 'jsonb' ? 'json' : bare === 'text' ? 'text' : 'plain';
  return { property, name, type: isArray ? `${bare}[]` : bare, kind, isKey };
}

/** How each thing stands in the end: a statement changes no row twice. */
function lastOfEach(rows: readonly object[], keys: readonly string[]): readonly object[] {
  const last = new Map<string, object>();
  for (const row of rows) last.set(JSON.stringify(keys.map((key) => (row as Readonly<Record<string, unknown>>)[key])), row);
  return [...last.values()];
}
