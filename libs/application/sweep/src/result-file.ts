import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ioProblem, isMissingFile, makeFolder } from '@aitrader/runtime-storage';
import { isRecord, shortJson } from '@aitrader/runtime-configuration';
import type { ResultGround } from './hash-of.ts';
import type { TrialOutcome } from './trial-tally.ts';

/*
 * Results of trials as they are finished, a line of JSON each.
 *
 * 1. A result is found again by all that it follows from: the configuration, the bars with all that goes with them, and the code.
 * 2. Results of other bars or other code are never beside them: such a file is refused.
 * 3. A line that is not whole counts for nothing: its trial is run again.
 */

export const RESULT_FILE = 'results.jsonl';

export interface ResultFile {
  /** outcomes that were there already, by the hash of the configuration */
  readonly known: ReadonlyMap<string, TrialOutcome>;
  /** lines that were no whole result */
  readonly broken: number;
  /** writes results, and returns when they are on the disk */
  readonly add: (results: readonly { readonly configHash: string; readonly outcome: TrialOutcome }[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface ResultLine extends ResultGround {
  readonly config: string;
  readonly outcome: TrialOutcome;
  /** SHA-256 of the others */
  readonly sum: string;
}

/** Opens the results in a folder, which is made where there is none. @throws Error naming the file when it holds others, or cannot be used */
export async function openResults(folder: string, ground: ResultGround): Promise<ResultFile> {
  const file = path.join(folder, RESULT_FILE);
  const usable = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((cause: unknown) => {
      throw new Error(`${file}: ${ioProblem(cause)}`, { cause });
    });
  await usable((async () => makeFolder(folder))());
  const text = await usable(
    readFile(file, 'utf8').catch((error: unknown) => {
      if (isMissingFile(error)) return '';
      throw error;
    }),
  );
  const lines = text.split('\n').filter((line) => line !== '');
  const known = new Map<string, TrialOutcome>();
  let broken = 0;
  for (const line of lines) {
    const result = resultIn(line);
    if (result === undefined) broken += 1;
    else {
      refuseOthers(file, result, ground);
      known.set(result.config, result.outcome);
    }
  }
  const handle = await usable(open(file, 'a'));
  let isWhole = text === '' || text.endsWith('\n');
  return {
    known,
    broken,
    add: async (results) => {
      const added = results.map(({ configHash, outcome }) => `${lineOf({ ...ground, config: configHash, outcome })}\n`).join('');
      await usable(handle.appendFile(isWhole ? added : `\n${added}`));
      isWhole = true;
      await usable(handle.sync());
    },
    close: () => handle.close(),
  };
}

function refuseOthers(file: string, { market, code }: ResultGround, ground: ResultGround): void {
  const other = [...(market === ground.market ? [] : ['other bars']), ...(code === ground.code ? [] : ['other code'])];
  if (other.length === 0) return;
  const is = (name: string, was: string, now: string): string =>
    was === now ? '' : ` ${name} ${shortJson(was.slice(0, HASH_SHOWN))}, this sweep's is ${shortJson(now.slice(0, HASH_SHOWN))};`;
  throw new Error(
    `${file}: holds results of ${other.join(' and ')}:${is('market', market, ground.market)}${is('code', code, ground.code)} give another folder with --into`,
  );
}

const HASH_SHOWN = 12;

/** A result as it is written and told: the same text, wherever it was come to. */
export const lineOf = (result: Omit<ResultLine, 'sum'>): string => {
  const text = JSON.stringify(result);
  return JSON.stringify({ ...result, sum: sumOf(text) });
};

const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The result in a line, whose sum says that it is as it was written; undefined for any other line. */
export function resultIn(line: string): Omit<ResultLine, 'sum'> | undefined {
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(given)) return undefined;
  const { sum, ...result } = given;
  return sum === sumOf(JSON.stringify(result)) ? (result as unknown as Omit<ResultLine, 'sum'>) : undefined;
}
