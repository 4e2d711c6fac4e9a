import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { manifestOrFail, writeOffOf } from '@aitrader/application-recordings';
import { intervalOf } from '@aitrader/contracts';
import { newYorkDate } from '@aitrader/core-sessions';
import {
  compareText,
  epochMs,
  isWholeLimit,
  limitIn,
  newControl,
  type Control,
  type EpochMs,
  type Manifest,
  type Price,
  type RunId,
} from '@aitrader/model';
import { withKeys } from '@aitrader/runtime-configuration';
import { actorSigner, readTrustedKeys, signCommand, signingKeysOf, signerOf, type Signer } from '@aitrader/runtime-signing';
import { commandRecordedAs, isComplete, lastOf, recordCommand, type Bus } from '@aitrader/runtime-bus';
import { CannotCommand, readableBy } from './command-version.ts';
import type { OpenHome } from './home.ts';
import { whoRuns } from './run-holding.ts';
import { requireReadiness } from './run-readiness.ts';

/** What an operator commands, and why. */
export interface OperatorCommand {
  readonly kind: Control['kind'];
  readonly actor: string;
  readonly reason: string;
  readonly symbols?: Control['symbols'];
  /** the break that `close-break` is about */
  readonly about?: string;
  /** with `close-break`: the books follow, the shares having been sold, or bought back, at this price; 0: they are lost */
  readonly writtenOffAt?: Price;
  /** with `limits`: what each is from now on */
  readonly limits?: Control['limits'];
  /** names the command for who may send it again, not knowing whether it was recorded; by default one of its own */
  readonly id?: string;
  /** the order that is asked for; it has the command's id */
  readonly order?: Omit<Control['manual'][number], 'id'>;
}

export interface RecordedCommand {
  readonly run: RunId;
  /** where it stands in the recording */
  readonly seq: number;
  readonly control: Control;
  /** whether somebody runs the run now: else the command waits until it is gone on with */
  readonly running: boolean;
}

/**
 * Records a command for a run: in force from its place in the recording on.
 * @throws UnknownRunError, BrokenRecordingError, CannotCommand, NotReady for arming a run that is not, BusFullError
 */
export async function commandRun(open: OpenHome, name: string, command: OperatorCommand): Promise<RecordedCommand> {
  const { bus } = open;
  const manifest = await manifestOrFail(bus, name);
  const { run } = manifest;
  if (await isComplete(bus, run, manifest)) throw new CannotCommand(`${run} has ended: nothing can be commanded any more`);
  const { kind, actor, reason, symbols = [], order, writtenOffAt, limits = [] } = command;
  const about = kind === 'arm' ? armedDate(manifest) : (command.about ?? '');
  if (kind === 'arm') await requireReadiness(open, name);
  assertTraded(manifest, [...symbols, ...(order === undefined ? [] : [order.symbol])]);
  assertSmaller(manifest, limits);
  const id = command.id ?? randomUUID();
  const control = newControl(kind, await lastInterval(bus, manifest), actor, reason, {
    symbols: [...new Set(symbols)].sort(compareText),
    about,
    manual: order === undefined ? [] : [{ id, ...order }],
    limits,
    writeOffs: writtenOffAt === undefined ? [] : [await writeOff(bus, manifest, about, writtenOffAt)],
  });
  const seq = await recordSigned(open, manifest, control, id);
  return { run, seq, control, running: (await whoRuns(open, run)) !== undefined };
}

const OPERATOR_KEY = 'AITRADER_OPERATOR_KEY';
const TRUSTED_KEYS = 'AITRADER_TRUSTED_KEYS';

/**
 * The key that is given, or the one that this home keeps for the actor: in either case one that the services trust in this name, since a command
 * that they do not trust would stop them.
 * @throws CannotCommand, SigningKeyError, TrustedKeysError
 */
async function signerOfActor({ home, server }: OpenHome, actor: string): Promise<Signer> {
  const { [OPERATOR_KEY]: key } = await withKeys(process.env, [OPERATOR_KEY]);
  if (key === undefined) {
    if (server.origin === 'external' && !isTrustedThere(home))
      throw new CannotCommand(
        `${OPERATOR_KEY} has to name ${actor}'s key (file:, keyvault:): the services of another bus trust none of this home`,
      );
    return actorSigner(home, actor);
  }
  const signer = signerOf(key, OPERATOR_KEY);
  const trusted = process.env[TRUSTED_KEYS] ?? signingKeysOf(home).trusted;
  if (readTrustedKeys(trusted).operators.get(actor)?.includes(signer.publicKey) !== true)
    throw new CannotCommand(
      `${OPERATOR_KEY} names the key ${signer.publicKey}, which is none of ${actor}'s in ${trusted}, and a command that is not trusted stops ` +
        `the services that hear it: command in the name that the key belongs to, or let ${TRUSTED_KEYS} name the folder that they go by`,
    );
  return signer;
}

/** Whether the services of another bus go by the trusted keys of this home, as the environment says of both. */
const isTrustedThere = (home: string): boolean =>
  path.resolve(process.env[TRUSTED_KEYS] ?? '') === path.resolve(signingKeysOf(home).trusted);

const messageIdOf = (run: RunId, id: string): string => `${run}/operator/${id}`;

/** Where the command of an id stands in the recording of a run; undefined where it was not recorded. @throws UnknownRunError */
export async function recordedCommand({ bus }: Pick<OpenHome, 'bus'>, name: string, id: string): Promise<number | undefined> {
  const { run } = await manifestOrFail(bus, name);
  return commandRecordedAs(bus, run, messageIdOf(run, id));
}

/** In the version that the services of the run read, under the signature of its actor. */
async function recordSigned(open: OpenHome, manifest: Manifest, control: Control, id: string): Promise<number> {
  const { run } = manifest;
  const { version, payload } = await readableBy(open.bus, manifest, control);
  const messageId = messageIdOf(run, id);
  const signer = await signerOfActor(open, control.actor);
  return recordCommand(open.bus, run, payload, messageId, signCommand(signer, run, messageId, payload), version);
}

/** The trade date that arming is good for: the run's. @throws CannotCommand for a run that needs no arming */
function armedDate({ run, to, config: { broker } }: Manifest): string {
  if (broker?.account !== 'live') throw new CannotCommand(`${run} trades with no real money: there is nothing to arm`);
  return newYorkDate(to);
}

async function writeOff(bus: Bus, manifest: Manifest, about: string, price: Price): Promise<Control['writeOffs'][number]> {
  const off = await writeOffOf(bus, manifest, about, price);
  if ('problem' in off) throw new CannotCommand(off.problem);
  return off;
}

/** No command lets more in than the configuration does. @throws CannotCommand */
function assertSmaller({ run, config }: Manifest, limits: Control['limits']): void {
  for (const { limit, most } of limits) {
    if (most !== null && isWholeLimit(limit) && !Number.isSafeInteger(most))
      throw new CannotCommand(`${limit}: ${most} is not whole, and it limits what is counted`);
    const configured = limitIn(config.risk, limit);
    if (most !== null && configured !== null && most > configured)
      throw new CannotCommand(
        `${limit}: ${most} is more than the ${configured} that ${run} is configured with, and a command can only make a limit smaller`,
      );
  }
}

function assertTraded({ run, universe }: Manifest, symbols: Control['symbols']): void {
  const others = symbols.filter((symbol) => !universe.includes(symbol));
  if (others.length > 0) throw new CannotCommand(`${run} does not trade ${others.join(', ')}`);
}

/** The last interval that bars were recorded of; before the first the beginning of the run. */
async function lastInterval(bus: Bus, { run, shards, from }: Manifest): Promise<EpochMs> {
  const last = await Promise.all(Array.from({ length: shards }, (_, shard) => lastOf(bus, run, 'bars', shard)));
  return epochMs(Math.max(from, ...last.map((message) => (message === undefined ? 0 : intervalOf('bars', message.data)))));
}
