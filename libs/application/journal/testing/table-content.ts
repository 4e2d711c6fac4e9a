import { item } from '@aitrader/model';
import { PROJECTED_TABLES, type OpenDatabase } from '@aitrader/runtime-database';

const DIGEST = (table: string): string =>
  `SELECT count(*)::int AS rows, coalesce(md5(string_agg(line, '' ORDER BY line)), '') AS sum
   FROM (SELECT (to_jsonb(written) - 'run_id')::text AS line FROM ${table} written WHERE run_id = $1) lines`;

/** What a table has of a run: how many rows, and a sum over all that they say. */
export interface TableContent {
  readonly rows: number;
  readonly sum: string;
}

/** Each table's rows of a run, by the run's number. */
export async function contentOf(
  { source }: Pick<OpenDatabase, 'source'>,
  run: number,
): Promise<Readonly<Record<string, TableContent>>> {
  const content: Record<string, TableContent> = {};
  for (const [name, entity] of Object.entries(PROJECTED_TABLES))
    content[name] = item(await source.query<TableContent[]>(DIGEST(source.getMetadata(entity).tablePath), [run]), 0);
  return content;
}

/** The number of a run in a database; −1 where it is not in it. */
export async function numberOf({ source }: Pick<OpenDatabase, 'source'>, run: string): Promise<number> {
  const [row] = await source.query<{ readonly run_id: number }[]>('SELECT run_id FROM trading.runs WHERE name = $1', [run]);
  return row?.run_id ?? -1;
}
