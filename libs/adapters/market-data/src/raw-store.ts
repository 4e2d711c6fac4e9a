import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { ioProblem, writeAtomically } from '@aitrader/runtime-storage';
import { z } from 'zod';
import type { Vendor } from './vendor-bars.ts';

/*
 * What vendors said, as they said it: `<folder>/<vendor>/<UTC date>/<request>/<received>.json.gz`, for audit and so that nothing is
 * asked for twice.
 *
 * 1. No key is in a file; where one was taken out of a body, the body is not taken for an answer again.
 */

const packed = promisify(gzip);
const unpacked = promisify(gunzip);

const DAY_MS = 86_400_000;
/** A kept answer is good for so long: adjusted prices change with the next split, and late corrections come overnight. */
const KEPT_MS_MAX = 12 * 3_600_000;
const NAME_HEX_DIGITS = 20;

const RECORD = z.object({
  url: z.string(),
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  requestedAt: z.number(),
  receivedAt: z.number(),
  redacted: z.boolean(),
  body: z.string(),
});

/** One answer of a vendor; instants by our clock, epoch ms. */
export type RawAnswer = Readonly<z.infer<typeof RECORD>>;

/** Where answers are kept. */
export interface RawStore {
  readonly keep: (answer: RawAnswer) => Promise<void>;
  /** the last answer to the same request that is still good: a success that came after `since`; undefined when there is none */
  readonly find: (url: string, since: number, now: number) => Promise<RawAnswer | undefined>;
}

/** Keeps nothing. */
export const NO_STORE: RawStore = { keep: () => Promise.resolve(), find: () => Promise.resolve(undefined) };

/** Keeps answers under a folder, which is made when there is something to keep. */
export function rawStore(folder: string, vendor: Vendor): RawStore {
  const placeOf = (url: string, at: number): string =>
    path.join(folder, vendor, new Date(at).toISOString().slice(0, 10), nameOf(url));
  return {
    async keep(answer) {
      const place = placeOf(answer.url, answer.receivedAt);
      await makeFolder(place);
      const content = await packed(JSON.stringify(answer));
      await writeAtomically(path.join(place, `${answer.receivedAt}.json.gz`), piecesOf(content));
    },
    async find(url, since, now) {
      const places = [...new Set([placeOf(url, now), placeOf(url, now - DAY_MS)])];
      const earliest = Math.max(since, now - KEPT_MS_MAX);
      for (const place of places) {
        const times = (await readdir(place).catch(() => [])).map((name) => Number.parseInt(name, 10));
        for (const at of times.filter((at) => at >= earliest && at <= now).sort((a, b) => b - a)) {
          const answer = await readRecord(path.join(place, `${at}.json.gz`));
          if (answer !== undefined && answer.url === url && answer.status === 200 && !answer.redacted) return answer;
        }
      }
      return undefined;
    },
  };
}

/** @throws Error naming the folder: a vendor whose answers cannot be kept is not asked */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new Error(`${folder}: answers of vendors cannot be kept there, for it ${ioProblem(cause)}`, { cause });
  }
}

const nameOf = (url: string): string => createHash('sha256').update(url).digest('hex').slice(0, NAME_HEX_DIGITS);

async function* piecesOf(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}

/** A file that is cut off or damaged is as good as none: the vendor is asked again. */
async function readRecord(file: string): Promise<RawAnswer | undefined> {
  try {
    const record = RECORD.safeParse(JSON.parse((await unpacked(await readFile(file))).toString('utf8')));
    return record.success ? record.data : undefined;
  } catch {
    return undefined;
  }
}
