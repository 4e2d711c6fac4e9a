import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { ioProblem, makeFolder, writeAtomically } from '@aitrader/runtime-storage';
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
/** Days that are looked through, today with them. */
const KEPT_DAYS_MAX = 8;
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
  /** the last answer to the same request, of the last days, that was a success and is good by when it came; undefined when there is none */
  readonly find: (url: string, now: number, isGood: (receivedAt: number) => boolean) => Promise<RawAnswer | undefined>;
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
      makeOwnFolder(place);
      const content = await packed(JSON.stringify(answer));
      await writeAtomically(path.join(place, `${answer.receivedAt}.json.gz`), piecesOf(content));
    },
    async find(url, now, isGood) {
      for (let day = 0; day < KEPT_DAYS_MAX; day++) {
        const place = placeOf(url, now - day * DAY_MS);
        const times = (await readdir(place).catch(() => [])).map((name) => Number.parseInt(name, 10));
        for (const at of times.filter((time) => time <= now && isGood(time)).sort((a, b) => b - a)) {
          const answer = await readRecord(path.join(place, `${at}.json.gz`));
          if (answer !== undefined && answer.url === url && answer.status === 200 && !answer.redacted) return answer;
        }
      }
      return undefined;
    },
  };
}

/** @throws Error naming the folder: a vendor whose answers cannot be kept is not asked */
function makeOwnFolder(folder: string): void {
  try {
    makeFolder(folder);
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
