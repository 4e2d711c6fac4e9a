import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isMissingFile } from '@aitrader/runtime-storage';
import type { Interval } from '@aitrader/runtime-engine';
import type { AccountHistory } from '../account-history.ts';
import { dailyTable, equityTable, tradesTable } from '../account-tables.ts';
import { dailyAccountOf } from '../daily-returns.ts';
import { parquetOf, rowsOf, type Column } from '../table.ts';
import { makeNamedFolder } from '../write-report.ts';
import { GrowingTable, type RowTable } from './growing-table.ts';
import { BARS, DENIALS, EXITS, FILLS, GATES, ORDER_EVENTS, ORDER_EXITS, ORDERS, SIGNALS, STATES } from './run-tables.ts';

/*
 * A run as a folder of tables, for research in other languages.
 *
 * 1. The folder is there with all of its files, or not at all: they are written beside it, and it is given its name at the end.
 * 2. No more than a row group of each table is held, however long the run is.
 */

/** What was written: tables with their rows. */
export interface Exported {
  readonly folder: string;
  readonly tables: Readonly<Record<string, number>>;
}

/** @throws Error where a folder is there already and has anything in it */
export async function requireNoFolder(folder: string): Promise<void> {
  const there = await readdir(folder).catch((error: unknown) => {
    if (isMissingFile(error)) return [];
    throw error;
  });
  if (there.length > 0) throw new Error(`${folder}: cannot be written: it is there already, and has ${there.length} files in it`);
}

const GROWING = { BARS, STATES, SIGNALS, EXITS, ORDERS, ORDER_EXITS, DENIALS, GATES, ORDER_EVENTS, FILLS } as const;

/** Takes a run in, interval by interval, and leaves a folder. */
export class RunExport {
  readonly #folder: string;
  readonly #draft: string;
  readonly #bars;
  readonly #states;
  readonly #signals;
  readonly #exits;
  readonly #orders;
  readonly #orderExits;
  readonly #denials;
  readonly #gates;
  readonly #events;
  readonly #fills;

  private constructor(folder: string, draft: string) {
    [this.#folder, this.#draft] = [folder, draft];
    this.#bars = this.#grown(BARS);
    this.#states = this.#grown(STATES);
    this.#signals = this.#grown(SIGNALS);
    this.#exits = this.#grown(EXITS);
    this.#orders = this.#grown(ORDERS);
    this.#orderExits = this.#grown(ORDER_EXITS);
    this.#denials = this.#grown(DENIALS);
    this.#gates = this.#grown(GATES);
    this.#events = this.#grown(ORDER_EVENTS);
    this.#fills = this.#grown(FILLS);
  }

  #grown<Row>(table: RowTable<Row>): GrowingTable<Row> {
    return new GrowingTable(path.join(this.#draft, `${table.name}.parquet`), table);
  }

  /** Begins a folder that is not there yet. @throws Error */
  static async into(folder: string): Promise<RunExport> {
    await requireNoFolder(folder);
    const draft = `${folder}.${process.pid}.part`;
    await rm(draft, { recursive: true, force: true });
    makeNamedFolder(draft);
    return new RunExport(folder, draft);
  }

  add({ t, bars, states, signals, report, decision }: Interval): void {
    for (const slice of bars) for (let row = 0; row < slice.count; row++) this.#bars.add({ slice, row });
    for (const slice of states) for (let row = 0; row < slice.count; row++) this.#states.add({ slice, row });
    for (const slice of signals) {
      for (const signal of slice.signals) this.#signals.add(signal);
      for (const exit of slice.exits) this.#exits.add(exit);
    }
    for (const event of report.events) this.#events.add(event);
    for (const fill of report.fills) this.#fills.add(fill);
    for (const exit of decision.exits) this.#orderExits.add(exit);
    for (const order of decision.orders) this.#orders.add(order);
    for (const denial of decision.denials) this.#denials.add(denial);
    for (const { signalId, gates } of [...decision.orders, ...decision.denials])
      for (const [place, figure] of gates.entries()) this.#gates.add({ t, signalId, place, figure });
  }

  /** Ends the folder with what the account did. */
  async end(history: AccountHistory): Promise<Exported> {
    const grown = [
      this.#bars,
      this.#states,
      this.#signals,
      this.#exits,
      this.#orders,
      this.#orderExits,
      this.#denials,
      this.#gates,
      this.#events,
      this.#fills,
    ];
    for (const table of grown) table.close();
    const daily = dailyTable(dailyAccountOf(history.curve, history.startEquity));
    const account = [tradesTable(history.trips), equityTable(history.curve), daily];
    for (const table of account) await writeFile(path.join(this.#draft, `${table.name}.parquet`), parquetOf(table));
    const described = [...Object.values(GROWING), ...account];
    const counts = [...grown.map(({ rows }) => rows), ...account.map(rowsOf)];
    const tables = Object.fromEntries(described.map(({ name }, i) => [name, counts[i] ?? 0]));
    await writeFile(path.join(this.#draft, 'schema.md'), schemaPage(history, described, tables));
    await rm(this.#folder, { recursive: true, force: true });
    await rename(this.#draft, this.#folder);
    return { folder: this.#folder, tables };
  }

  /** Leaves nothing behind. */
  async drop(): Promise<void> {
    await rm(this.#draft, { recursive: true, force: true });
  }
}

interface Described {
  readonly name: string;
  readonly what: string;
  readonly columns: readonly Pick<Column, 'name' | 'type' | 'what'>[];
}

/** What each table and column says. */
function schemaPage({ manifests }: AccountHistory, tables: readonly Described[], rows: Readonly<Record<string, number>>): string {
  const runs = manifests.map(({ run }) => run);
  const head = [
    `# ${runs.at(-1) ?? ''}`,
    '',
    `Tables of Parquet, compressed by zstd. Times are milliseconds of UTC. ${runs.length > 1 ? `The run goes on from ${runs.slice(0, -1).join(', ')}, whose rows are here, too.` : ''}`.trim(),
  ];
  const sections = tables.flatMap(({ name, what, columns }) => [
    '',
    `## ${name}.parquet`,
    '',
    `A row for each: ${what}. ${(rows[name] ?? 0).toLocaleString('en-US')} rows.`,
    '',
    '| column | type | what |',
    '| --- | --- | --- |',
    ...columns.map((column) => `| \`${column.name}\` | ${column.type} | ${column.what.replaceAll('|', '\\|')} |`),
  ]);
  return `${[...head, ...sections].join('\n')}\n`;
}
