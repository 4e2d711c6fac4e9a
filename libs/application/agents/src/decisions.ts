import { rm, writeFile } from 'node:fs/promises';
import { askedCommand } from '@aitrader/application-console';
import {
  CannotCommand,
  commandRun,
  recordedCommand,
  type OpenHome,
  type RecordedCommand,
} from '@aitrader/application-supervision';
import { ioCode, writeAtomically } from '@aitrader/runtime-storage';
import { decisionFileOf, proposalNamed, type Decision, type ListedProposal, type Proposal } from './proposals.ts';

/** A market moves on: what was proposed longer ago is proposed again, or not. */
const FRESH_MS = 15 * 60_000;
/** Whether a proposal may no longer be approved. */
export const isLate = ({ at }: Pick<Proposal, 'at'>, now: number): boolean => now - at > FRESH_MS;
/** Whoever approves has had the command recorded by then, or has failed. */
const RECORDING_MS_MAX = 30_000;

/** Who decides, and on what they saw. */
export interface Deciding {
  readonly id: string;
  /** of what was shown to the person */
  readonly hash: string;
  readonly by: string;
  /** who decides to the issuer that names them; undefined of whom none names */
  readonly subject?: string | undefined;
  readonly reason: string;
}

/** Records the command of a proposal under the approver's name, with both names. @throws CannotCommand where it may not be approved any more */
export async function approve(open: OpenHome, deciding: Deciding, now: number): Promise<RecordedCommand> {
  const { proposal } = await pending(open, deciding, now);
  if (isLate(proposal, now))
    throw new CannotCommand(`${proposal.id}: was proposed more than 15 minutes ago: have it proposed again`);
  if (proposal.subject !== undefined && deciding.subject === undefined)
    throw new CannotCommand(
      `${proposal.id}: ${proposal.by} came in by an issuer of names, and so has to come whoever approves it: in the console`,
    );
  const { id, run, by, from, command } = proposal;
  const asked = askedCommand(command);
  const approved: Decision = { ...deciding, decision: 'approved', at: now, seq: null };
  // before the command: of two who approve at once, one does
  await decide(open.home, approved);
  const how = from === 'agent' ? 'proposed' : 'asked for';
  const reason = `${asked.reason} (${how} by ${by}, approved by ${deciding.by}${deciding.reason === '' ? '' : `: ${deciding.reason}`})`;
  try {
    const recorded = await commandRun(open, run, { ...asked, id, actor: deciding.by, reason });
    await writeDecision(open.home, { ...approved, seq: recorded.seq });
    return recorded;
  } catch (error) {
    // what is refused is not recorded later; of anything else the recording tells, once it can be asked
    if (error instanceof CannotCommand) await rm(decisionFileOf(open.home, id), { force: true });
    throw error;
  }
}

/** Turns a proposal down. @throws CannotCommand where it was decided on already */
export async function reject(open: Pick<OpenHome, 'home' | 'bus'>, deciding: Deciding, now: number): Promise<void> {
  await pending(open, deciding, now);
  await decide(open.home, { ...deciding, decision: 'rejected', at: now });
}

async function pending(open: Pick<OpenHome, 'home' | 'bus'>, deciding: Deciding, now: number): Promise<ListedProposal> {
  const { id, hash } = deciding;
  const listed = proposalNamed(open.home, id);
  if (listed.decision !== null) await takeBack(open, listed, listed.decision, now);
  if (listed.hash !== hash) throw new CannotCommand(`${id}: is not what was shown: look at it again`);
  requireAnother(listed.proposal, deciding);
  return listed;
}

/** @throws CannotCommand where who decides is who proposed, by name or to the issuer */
function requireAnother(proposal: Proposal, { id, by, subject }: Deciding): void {
  const isSame = by === proposal.by || (subject !== undefined && subject === proposal.subject);
  if (!isSame) return;
  const named = by === proposal.by ? by : `${by} is ${proposal.by}, who`;
  throw new CannotCommand(`${named} proposed ${id}, and somebody else has to decide on it`);
}

/**
 * Makes a proposal one to decide on again whose command was approved, and is not in the recording: the bus had not answered, or who
 * approved was killed amid it. @throws CannotCommand for every other one that was decided on
 */
async function takeBack(
  open: Pick<OpenHome, 'home' | 'bus'>,
  { proposal: { id, run } }: ListedProposal,
  before: Decision,
  now: number,
): Promise<void> {
  const { decision, by, at, seq } = before;
  if (seq !== null) throw new CannotCommand(`${id}: was ${decision} by ${by} already`);
  if (now - at < RECORDING_MS_MAX)
    throw new CannotCommand(`${id}: is being recorded, as ${by} approved it: look again in half a minute`);
  const found = await recordedCommand(open, run, id);
  if (found === undefined) return rm(decisionFileOf(open.home, id), { force: true });
  await writeDecision(open.home, { ...before, seq: found });
  throw new CannotCommand(`${id}: was approved by ${by} already`);
}

const writeDecision = (home: string, decision: Decision): Promise<void> =>
  writeAtomically(decisionFileOf(home, decision.id), `${JSON.stringify(decision)}\n`);

async function decide(home: string, decision: Decision): Promise<void> {
  try {
    // whoever makes the file decides
    await writeFile(decisionFileOf(home, decision.id), `${JSON.stringify(decision)}\n`, { flag: 'wx' });
  } catch (error) {
    if (ioCode(error) === 'EEXIST') throw new CannotCommand(`${decision.id}: was decided on already`);
    throw error;
  }
}
