import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { newYorkDate, sessionOn, sessionsBetween } from '@aitrader/core-sessions';
import { epochMs } from '@aitrader/model';
import { isMissingFile } from '@aitrader/runtime-storage';

/*
 * Days on paper that differ from their replay in nothing.
 *
 * 1. A day is clean by its parity record: of a paper run of that very date, whole, by this run's own configuration, with nothing that is not
 *    explained and nothing that another program would have done otherwise.
 * 2. A date without a record is not clean, nor one whose record cannot be read.
 */

const binSchema = z.object({ bin: z.string(), lines: z.number() });
const recordSchema = z.object({
  run: z.string(),
  kind: z.string(),
  from: z.number(),
  to: z.number(),
  intervals: z.number(),
  unfinished: z.number(),
  heldAgainst: z.object({ configuration: z.boolean() }),
  differenceMicros: z.number(),
  bins: z.array(binSchema),
});

/** Bins of a parity report in which a clean day has nothing. */
const UNCLEAN_BINS = ['unexplained', 'code-version'] as const;

/** Where the parity of a date's run is recorded: the scheduler's job writes it there. */
export const parityRecordOf = (home: string, date: string): string => path.join(home, 'schedule', date, 'parity', 'report.json');

/** Why a date is not clean; undefined when it is. */
export async function uncleanWhy(home: string, date: string): Promise<string | undefined> {
  const file = parityRecordOf(home, date);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return isMissingFile(error) ? `${date} has no parity record (${file})` : `${file} cannot be read`;
  }
  const parsed = recordSchema.safeParse(jsonOf(text));
  return parsed.success ? problemOf(parsed.data, date) : `${file} is no parity record`;
}

function problemOf(record: z.infer<typeof recordSchema>, date: string): string | undefined {
  const { run, kind, to, intervals, unfinished, heldAgainst, bins } = record;
  if (kind !== 'paper') return `${run} of ${date} is a ${kind} run`;
  if (!(to > 0) || dateOf(to) !== date) return `${run} is not of ${date}`;
  if (!(intervals > 0)) return `${run} of ${date} has no interval`;
  if (unfinished !== 0) return `${run} of ${date} has ${unfinished} intervals that are not complete`;
  if (heldAgainst.configuration) return `${run} of ${date} was held against another configuration`;
  for (const name of UNCLEAN_BINS) {
    const lines = bins.find(({ bin }) => bin === name)?.lines;
    if (lines !== 0) return `${run} of ${date} has ${lines ?? 'nobody knows how many'} differences that are ${name}`;
  }
  return undefined;
}

const dateOf = (t: number): string | undefined => {
  try {
    return newYorkDate(epochMs(t));
  } catch {
    return undefined;
  }
};

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Clean days in succession. */
export interface PaperDays {
  readonly count: number;
  /** why the one before them is not clean; empty where as many as were asked for are */
  readonly problem: string;
}

/** A trading date with a paper day behind it, or without. */
export interface PaperDay {
  readonly date: string;
  /** why it is not clean; null: it is */
  readonly problem: string | null;
}

/** The last `most` trading dates before `date`, the latest first. @throws CalendarRangeError */
const datesBefore = (date: string, most: number): readonly string[] =>
  sessionsBetween('1998-01-02', date)
    .map((session) => session.date)
    .filter((one) => one !== date)
    .slice(-most)
    .toReversed();

/** Each of the last `most` trading dates before `date`, the latest first, whether it is clean. @throws CalendarRangeError */
export const paperDaysBefore = (home: string, date: string, most: number): Promise<readonly PaperDay[]> =>
  Promise.all(datesBefore(date, most).map(async (one) => ({ date: one, problem: (await uncleanWhy(home, one)) ?? null })));

/** Counts back from the trading date before `date`, up to `most`. @throws CalendarRangeError */
export async function cleanDaysBefore(home: string, date: string, most: number): Promise<PaperDays> {
  const before = datesBefore(date, most);
  if (sessionOn(date) === undefined) return { count: 0, problem: `${date} is no trading date` };
  for (const [count, day] of before.entries()) {
    const problem = await uncleanWhy(home, day);
    if (problem !== undefined) return { count, problem };
  }
  return { count: before.length, problem: '' };
}
