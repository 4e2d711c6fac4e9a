import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { askedCommand, commandSchema } from '@aitrader/application-console';
import { manifestOrFail } from '@aitrader/application-recordings';
import { CannotCommand, commandRun, makeHome, type OpenHome, type RecordedCommand } from '@aitrader/application-supervision';
import { compareText } from '@aitrader/model';
import { ioCode, isMissingFile, makeFolder, writeAtomically } from '@aitrader/runtime-storage';

/*
 * Commands that an agent asks for and a person decides on.
 *
 * 1. A proposal changes nothing: it is a file of the home, and no service reads it.
 * 2. What is approved is what the person saw: by the hash of all of it. One that was altered since is another one, and refused.
 * 3. A proposal is decided on once. Its command has its id, so that whatever happens on the way it is recorded once at the most.
 * 4. No agent proposes what only people may do: to arm, or to let a limit be larger. And no agent approves.
 */

/** A market moves on: what was proposed longer ago is proposed again, or not. */
const FRESH_MS = 15 * 60_000;

const NAME = /^[A-Za-z0-9.@_-]{1,64}$/;
const proposalSchema = z.strictObject({
  id: z.uuid(),
  run: z.string(),
  /** who proposes: the agent's name */
  by: z.string().regex(NAME, 'has to be 1 to 64 letters, digits, dots, hyphens, @ and _'),
  /** ms since 1970 */
  at: z.int(),
  command: commandSchema,
});
const decisionSchema = z.strictObject({
  id: z.uuid(),
  /** of the proposal that was decided on */
  hash: z.string(),
  decision: z.enum(['approved', 'rejected']),
  by: z.string(),
  reason: z.string(),
  at: z.int(),
});

/** What an agent asks for. */
export type Proposal = z.output<typeof proposalSchema>;
/** What a person made of it. */
export type Decision = z.output<typeof decisionSchema>;

/** A proposal with its hash, and what became of it; null: nothing yet. */
export interface ListedProposal {
  readonly proposal: Proposal;
  /** SHA-256 of all of it, in hex */
  readonly hash: string;
  readonly decision: Decision | null;
}

const folderOf = (home: string): string => path.join(home, 'proposals');
const fileOf = (home: string, id: string): string => path.join(folderOf(home), `${id}.json`);
const decisionFileOf = (home: string, id: string): string => path.join(folderOf(home), `${id}.decision.json`);
const hashOf = (proposal: Proposal): string => createHash('sha256').update(JSON.stringify(proposal)).digest('hex');

/** Writes a proposal down. @throws CannotCommand for what no agent may propose; UnknownRunError */
export async function propose(
  { home, bus }: Pick<OpenHome, 'home' | 'bus'>,
  { run: name, by, command }: Pick<Proposal, 'run' | 'by'> & { readonly command: unknown },
  now: number,
): Promise<ListedProposal> {
  const { run } = await manifestOrFail(bus, name);
  const result = proposalSchema.safeParse({ id: randomUUID(), run, by, at: now, command });
  if (!result.success)
    throw new CannotCommand(result.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`).join('; '));
  const proposal = result.data;
  askedCommand(proposal.command);
  makeHome(home);
  makeFolder(folderOf(home));
  await writeAtomically(fileOf(home, proposal.id), `${JSON.stringify(proposal)}\n`);
  return { proposal, hash: hashOf(proposal), decision: null };
}

/** All proposals of a home, the oldest first. @throws Error naming a file that is none */
export function listProposals(home: string): readonly ListedProposal[] {
  let files: readonly string[];
  try {
    files = readdirSync(folderOf(home));
  } catch (error) {
    if (isMissingFile(error)) return [];
    throw error;
  }
  return files
    .filter((file) => file.endsWith('.json') && !file.endsWith('.decision.json'))
    .map((file) => proposalNamed(home, file.slice(0, -'.json'.length)))
    .sort((a, b) => a.proposal.at - b.proposal.at || compareText(a.proposal.id, b.proposal.id));
}

/** A proposal by its id. @throws CannotCommand where there is none; Error naming a file that is none */
export function proposalNamed(home: string, id: string): ListedProposal {
  if (!z.uuid().safeParse(id).success) throw new CannotCommand(`${id}: is no proposal`);
  const proposal = read(fileOf(home, id), proposalSchema);
  if (proposal?.id !== id) throw new CannotCommand(`${id}: there is no such proposal`);
  return { proposal, hash: hashOf(proposal), decision: read(decisionFileOf(home, id), decisionSchema) ?? null };
}

function read<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw new Error(`${file}: is not what was written there`, { cause: error });
  }
}

/** Who decides, and on what they saw. */
export interface Deciding {
  readonly id: string;
  /** of what was shown to the person */
  readonly hash: string;
  readonly by: string;
  readonly reason: string;
}

/** Records the command of a proposal under the approver's name, with both names. @throws CannotCommand where it may not be approved any more */
export async function approve(open: OpenHome, deciding: Deciding, now: number): Promise<RecordedCommand> {
  const { proposal } = pending(open.home, deciding);
  if (now - proposal.at > FRESH_MS)
    throw new CannotCommand(`${proposal.id}: was proposed more than 15 minutes ago: have it proposed again`);
  const { id, run, by, command } = proposal;
  const asked = askedCommand(command);
  // before the command: of two who approve at once, one does
  await decide(open.home, deciding, 'approved', now);
  const reason = `${asked.reason} (proposed by ${by}, approved by ${deciding.by}${deciding.reason === '' ? '' : `: ${deciding.reason}`})`;
  return commandRun(open, run, { ...asked, id, actor: deciding.by, reason });
}

/** Turns a proposal down. @throws CannotCommand where it was decided on already */
export async function reject(home: string, deciding: Deciding, now: number): Promise<void> {
  pending(home, deciding);
  await decide(home, deciding, 'rejected', now);
}

function pending(home: string, { id, hash, by }: Deciding): ListedProposal {
  const listed = proposalNamed(home, id);
  if (listed.decision !== null)
    throw new CannotCommand(`${id}: was ${listed.decision.decision} by ${listed.decision.by} already`);
  if (listed.hash !== hash) throw new CannotCommand(`${id}: is not what was shown: look at it again`);
  if (by === listed.proposal.by) throw new CannotCommand(`${by} proposed ${id}, and somebody else has to decide on it`);
  return listed;
}

async function decide(
  home: string,
  { id, hash, by, reason }: Deciding,
  decision: Decision['decision'],
  at: number,
): Promise<void> {
  const decided: Decision = { id, hash, decision, by, reason, at };
  try {
    // whoever makes the file decides
    await writeFile(decisionFileOf(home, id), `${JSON.stringify(decided)}\n`, { flag: 'wx' });
  } catch (error) {
    if (ioCode(error) === 'EEXIST') throw new CannotCommand(`${id}: was decided on already`);
    throw error;
  }
}
