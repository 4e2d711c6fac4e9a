import { setTimeout as sleep } from 'node:timers/promises';
import type { RunId } from '@aitrader/model';
import type { Bus } from '@aitrader/runtime-bus';
import { withKeys } from '@aitrader/runtime-configuration';
import { anchorSigner, readAnchorKeys, signerOf, signingKeysOf, type Signer } from '@aitrader/runtime-signing';
import { AnchorLog, AnchorRefused, type AnchorMeans } from './anchor-log.ts';
import { OUTSIDE_VARIABLE, outsidePlace } from './outside.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const KEY_VARIABLE = 'AITRADER_ANCHOR_KEY';
const POLL_MS = 500;
/** How long a message of a run that goes on waits for a block to be full. */
const BLOCK_MS_MAX = 60_000;
/** How long the end waits for a server that does not answer: reading a recording waits for ever. */
const ANSWER_MS_MAX = 20_000;

/** Who signs the anchors of a home: its own key, or the one that the environment names. @throws ConfigurationError, SigningKeyError, KeyFileError */
export async function anchorSignerOf(home: string, env: Environment = process.env): Promise<Signer> {
  const { [KEY_VARIABLE]: key } = await withKeys(env, [KEY_VARIABLE]);
  return anchorSigner(home, key === undefined || key === '' ? undefined : signerOf(key, KEY_VARIABLE));
}

/**
 * What the anchors of a home are made with: its signer, and the place outside that the environment names.
 * @throws ConfigurationError, SigningKeyError, KeyFileError, and ArchiveError for an address that is none
 */
export async function anchorMeans(
  { bus, home }: { readonly bus: Bus; readonly home: string },
  env: Environment = process.env,
): Promise<AnchorMeans> {
  const signer = await anchorSignerOf(home, env);
  const address = env[OUTSIDE_VARIABLE];
  const outside = address === undefined || address === '' ? undefined : await outsidePlace(address);
  return { bus, home, signer, keys: readAnchorKeys(signingKeysOf(home).trusted), outside };
}

/** How a run stands with its anchors. */
export interface Anchored {
  readonly run: RunId;
  readonly blocks: number;
  /** the last message that is anchored; 0 when none is */
  readonly last: number;
  /** why the last blocks are not outside; undefined when they are, or when no place is named */
  readonly outsideProblem: string | undefined;
}

/** Anchors all that is recorded of a run now. @throws AnchorRefused, UnknownRunError, Error of the bus and the disk */
export async function anchorRun(means: AnchorMeans, run: RunId): Promise<Anchored> {
  const log = new AnchorLog(means, run);
  while ((await log.advance(true)) > 0);
  return standing(log, run);
}

const standing = ({ blocks, last, outsideProblem }: AnchorLog, run: RunId): Anchored => ({
  ...{ run, blocks, last },
  outsideProblem: outsideProblem?.message,
});

/** Follows a run beside it, and anchors what it records. */
export interface Anchoring {
  /** Anchors what is left, where `toEnd`, and ends. It never throws: what went wrong was told. */
  readonly stop: (toEnd: boolean) => Promise<Anchored>;
}

/**
 * Begins to anchor a run as it is recorded: a block when it is full, or when its first message has waited for a minute. Nobody waits for it, and
 * whatever goes wrong with it goes on without it: `onProblem` is told, of the same once.
 */
export function beginAnchoring(means: AnchorMeans, run: RunId, onProblem: (words: string) => void): Anchoring {
  const log = new AnchorLog(means, run);
  const stopping = new AbortController();
  let told: string | undefined;
  let isOver = false;
  let waitingSince: number | undefined;
  const attempt = async (toEnd: boolean): Promise<number> => {
    if (isOver) return 0;
    try {
      const left = await log.advance(toEnd);
      tell(log.outsideProblem === undefined ? undefined : `anchors of ${run} are not outside: ${log.outsideProblem.message}`);
      return left;
    } catch (error) {
      isOver = error instanceof AnchorRefused;
      tell(isOver ? wordsOf(error) : `${run} is not anchored: ${wordsOf(error)}`);
      return 0;
    }
  };
  const tell = (words: string | undefined): void => {
    if (words !== undefined && words !== told) onProblem(words);
    told = words;
  };
  const follow = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await sleep(POLL_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      const isDue = waitingSince !== undefined && performance.now() - waitingSince > BLOCK_MS_MAX;
      const left = await attempt(isDue);
      if (left === 0 || isDue) waitingSince = undefined;
      if (left > 0) waitingSince ??= performance.now();
    }
  };
  const answered = async (work: Promise<unknown>): Promise<boolean> => {
    const inTime = await Promise.race([work.then(() => true), sleep(ANSWER_MS_MAX, false, { ref: false })]);
    if (!inTime) tell(`${run} is not anchored to its end: the bus does not answer`);
    return inTime;
  };
  const following = follow();
  return {
    stop: async (toEnd) => {
      stopping.abort();
      let left = (await answered(following)) && toEnd ? 1 : 0;
      while (left > 0) {
        const pass = attempt(true);
        left = (await answered(pass)) ? await pass : 0;
      }
      return standing(log, run);
    },
  };
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
