import { NoRespondersError, RequestError, headers, type MsgHdrs } from '@nats-io/transport-node';
import { claimSubject, FACT_WIRING, type Role, type StageName } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import type { Bus } from './connection.ts';
import { FencedError } from './errors.ts';
import { numberIn } from './message-headers.ts';

/** A living copy answers at once; a stopped one is fenced by the expected sequence when it wakes. */
const ANSWER_TIMEOUT_MS = 750;
const COMMANDS_HEADER = 'Aitrader-Commands';
const BUILD_HEADER = 'Aitrader-Build';
const COMMIT_HEADER = 'Aitrader-Commit';
const READ_HEADER = 'Aitrader-Read';
const WAITING_HEADER = 'Aitrader-Waiting';

/** What a process was built from, as manifests have it. */
export interface Build {
  readonly hash: string;
  readonly commit: string;
}

/** How far an instance is that reads. */
export interface Standing {
  /** the place in the recording up to which it has read */
  readonly seq: number;
  /** intervals that wait for more */
  readonly waiting: number;
}

/** What somebody says of what has a role. */
export interface HeldWith {
  readonly build?: Build | undefined;
  /** asked at each answer; undefined while it does not read */
  readonly standing?: () => Standing | undefined;
}

/** A process that has a role in a run. */
export interface Holder {
  /** as it names itself */
  readonly name: string;
  /** the one version of control that it reads commands in; undefined of a program that did not say so yet */
  readonly commands: number | undefined;
  /** '' of a program that does not say it, or does not know */
  readonly build: Build;
  /** undefined of one that does not read, or does not say how far it has */
  readonly standing: Standing | undefined;
}

/**
 * Asks whether another copy of a stage instance is alive in this run, and answers for this one from then on, until what is returned is
 * called. A killed process needs no time-out to be forgotten: its connection is gone, and nobody answers. @throws FencedError when one does
 */
export async function claim(bus: Bus, run: RunId, stage: StageName, shard: number, says: HeldWith = {}): Promise<() => void> {
  const holder = await holderOf(bus, run, stage, shard);
  if (holder !== undefined)
    throw new FencedError(`fenced off: ${alreadyRuns(holder, run, stage, shard)}; this second copy stops`);
  return hold(bus, run, stage, shard, says);
}

/** That somebody has a role already, in words. */
export const alreadyRuns = ({ name }: Pick<Holder, 'name'>, run: RunId, stage: StageName, shard: number): string =>
  `${name} already runs ${stage} (shard ${shard}) of ${run}`;

/** The process that has a role in a run and is alive; undefined when nobody answers. `of` is a shard, −1 but for a shard's stages, or a replica. */
export async function holderOf(bus: Bus, run: RunId, role: Role, of: number | string): Promise<Holder | undefined> {
  const answer = await ask(bus, run, role, of);
  return typeof answer === 'string' ? undefined : answer;
}

/** Whether somebody answers; `gone`: nobody has a connection who would, `silent`: somebody has one and does not. */
export async function lifeOf(bus: Bus, run: RunId, role: Role, of: number | string): Promise<'answers' | 'gone' | 'silent'> {
  const answer = await ask(bus, run, role, of);
  return typeof answer === 'string' ? answer : 'answers';
}

async function ask(bus: Bus, run: RunId, role: Role, of: number | string): Promise<Holder | 'gone' | 'silent'> {
  try {
    const answer = await bus.nc.request(claimSubject(run, role, of), '', { timeout: ANSWER_TIMEOUT_MS });
    const commands = numberIn(answer.headers, COMMANDS_HEADER);
    return {
      name: answer.string(),
      commands: commands > 0 ? commands : undefined,
      build: { hash: answer.headers?.get(BUILD_HEADER) ?? '', commit: answer.headers?.get(COMMIT_HEADER) ?? '' },
      standing: standingIn(answer.headers),
    };
  } catch (error) {
    return error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders()) ? 'gone' : 'silent';
  }
}

function standingIn(said: MsgHdrs | undefined): Standing | undefined {
  const [seq, waiting] = [numberIn(said, READ_HEADER), numberIn(said, WAITING_HEADER)];
  return Number.isNaN(seq) || Number.isNaN(waiting) ? undefined : { seq, waiting };
}

/** Answers for a role from now on, until what is returned is called or the connection closes. */
export async function hold(
  bus: Bus,
  run: RunId,
  role: Role,
  of: number | string,
  { build, standing }: HeldWith = {},
): Promise<() => void> {
  const answer = (): MsgHdrs => {
    const says = headers();
    says.set(COMMANDS_HEADER, String(FACT_WIRING.control.version));
    if (build !== undefined && build.hash !== '') says.set(BUILD_HEADER, build.hash);
    if (build !== undefined && build.commit !== '') says.set(COMMIT_HEADER, build.commit);
    const now = standing?.();
    if (now !== undefined) says.set(READ_HEADER, String(now.seq));
    if (now !== undefined) says.set(WAITING_HEADER, String(now.waiting));
    return says;
  };
  const subscription = bus.nc.subscribe(claimSubject(run, role, of), {
    callback: (error, message) => void (error === null && message.respond(`process ${process.pid}`, { headers: answer() })),
  });
  // Whoever asks after this must find it.
  await bus.nc.flush();
  return () => {
    if (!subscription.isClosed()) subscription.unsubscribe();
  };
}
