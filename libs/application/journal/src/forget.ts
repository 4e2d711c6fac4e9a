import { FOUND_TABLES, PROJECTED_TABLES, dataSourceOf, type OpenDatabase } from '@aitrader/runtime-database';

/**
 * Deletes all that there is of a run in a database, of every recording of its name, as the owner; in one transaction. Returns how many
 * recordings there were.
 */
export async function forgetRun({ loginOf }: Pick<OpenDatabase, 'loginOf'>, run: string): Promise<number> {
  const source = await dataSourceOf(loginOf('owner'), true).initialize();
  try {
    return await source.transaction(async (manager) => {
      const numbers = 'SELECT run_id FROM trading.runs WHERE name = $1';
      const found = await manager.query<readonly unknown[]>(`${numbers} FOR UPDATE`, [run]);
      const tables = Object.values({ ...PROJECTED_TABLES, ...FOUND_TABLES }).map(
        (entity) => source.getMetadata(entity).tablePath,
      );
      for (const table of [...tables, 'journal.positions'])
        await manager.query(`DELETE FROM ${table} WHERE run_id IN (${numbers})`, [run]);
      await manager.query('DELETE FROM trading.runs WHERE name = $1', [run]);
      return found.length;
    });
  } finally {
    await source.destroy();
  }
}
