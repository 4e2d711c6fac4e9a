import type { FillLineage, LineageCheck, LineageSource } from '@aitrader/application-journal';
import { recordingNamed } from '@aitrader/application-recordings';
import { withHome } from '@aitrader/application-supervision';
import { runId, type RunId } from '@aitrader/model';
import { UnknownRunError } from '@aitrader/runtime-bus';
import type { OpenDatabase } from '@aitrader/runtime-database';
import { homeOptions, type BusOptions } from './bus-options.ts';
import { lineageText } from './lineage-text.ts';
import { printJson, printText } from './print.ts';
import { count, remark } from './terminal.ts';

export const LINEAGE_SOURCES = ['recording', 'database'] as const;

export interface LinkOptions {
  readonly from?: (typeof LINEAGE_SOURCES)[number];
  readonly all: boolean;
  readonly json: boolean;
}

const PROBLEMS_SHOWN_MAX = 50;

/** Shows fills with the links that they go back through, or checks all of them; of a recording that is gone, from the tables alone. */
export async function explainLinks(name: string, fill: string | undefined, options: LinkOptions & BusOptions): Promise<void> {
  const { from = 'recording', all } = options;
  if (!all && fill === undefined) throw new Error('name a fill or an order, or --all');
  if (all && fill !== undefined) throw new Error(`--all is about every fill: leave ${fill} out`);
  // large, and of use to few commands
  const journal = await import('@aitrader/application-journal');
  await withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus, home }) => {
    const run = runId(name);
    const recording = journal.fromRecordings(bus);
    if (from === 'recording') {
      await recordingNamed(bus, name);
      const found = await journal.runLineage(recording, run);
      if (all) report(name, journal.checkLineage(found), options.json);
      else show(name, fill ?? '', found, options.json);
      return;
    }
    await fromTables(home, async (database) => {
      const found = await journal.runLineage(journal.fromDatabase(database), run);
      if (!all) show(name, fill ?? '', found, options.json);
      else report(name, journal.checkLineage(found, await recordedOf(run, recording, journal.runLineage)), options.json);
    });
  });
}

async function fromTables(home: string, work: (database: OpenDatabase) => Promise<void>): Promise<void> {
  const { openDatabase } = await import('@aitrader/runtime-database');
  const database = await openDatabase({ home, onProgress: remark });
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

type RunLineage = (source: LineageSource, run: RunId) => Promise<readonly FillLineage[]>;

/** What the recording says itself, where it is there. */
async function recordedOf(
  run: RunId,
  recording: LineageSource,
  runLineage: RunLineage,
): Promise<readonly FillLineage[] | undefined> {
  try {
    return await runLineage(recording, run);
  } catch (error) {
    if (!(error instanceof UnknownRunError)) throw error;
    remark(`there is no recording of ${run} any more: its tables are checked by themselves`);
    return undefined;
  }
}

function show(run: string, wanted: string, found: readonly FillLineage[], json: boolean): void {
  const place = /^#?(\d+)$/.exec(wanted)?.[1];
  const shown =
    place === undefined
      ? found.filter(({ fill }) => fill.fillId === wanted || fill.orderId === wanted)
      : found.slice(Number(place) - 1, Number(place));
  if (shown.length === 0) throw new Error(`${run} has no fill or order ${JSON.stringify(wanted)}; it has ${found.length} fills`);
  if (json) printJson(shown);
  else printText(shown.map(lineageText).join('\n\n'));
}

function report(run: string, { fills, problems }: LineageCheck, json: boolean): void {
  if (json) printJson({ run, fills, problems });
  else {
    const lines = problems.slice(0, PROBLEMS_SHOWN_MAX).map(({ fill, problem }) => `fill ${fill}: ${problem}`);
    const rest = problems.length > lines.length ? [`and ${count(problems.length - lines.length)} more`] : [];
    printText([...lines, ...rest, verdict(run, fills, problems.length)].join('\n'));
  }
  if (problems.length > 0) process.exitCode = 1;
}

const verdict = (run: string, fills: number, problems: number): string =>
  problems === 0
    ? `${run}: each of ${count(fills)} fills goes back through every link`
    : `${run}: ${count(problems)} links of ${count(fills)} fills are not as they should be`;
