import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { askedCommand, commandSchema, operatorSchema } from '@aitrader/application-console';
import { manifestOrFail } from '@aitrader/application-recordings';
import { CannotCommand, makeHome, type OpenHome } from '@aitrader/application-supervision';
import { compareText } from '@aitrader/model';
import { isMissingFile, makeFolder, writeAtomically } from '@aitrader/runtime-storage';

/*
 * Commands that somebody asks for and another person decides on.
 *
 * 1. A proposal changes nothing: it is a file of the home, and no service reads it.
 * 2. What is approved is what the person saw: by the hash of all of it. One that was altered since is another one, and refused.
 * 3. A proposal is decided on once. Its command has its id, so that whatever happens on the way it is recorded once at the most; one whose
 *    recording failed is not used up.
 * 4. No agent proposes what only people may do: to arm, or to change a limit. And no agent approves.
 * 5. What takes two persons is asked for by the one as an agent proposes, and approved by the other. Persons whom an issuer names are two when they
 *    are two to the issuer, and by their names: the recording has to tell them apart.
 */

/** What somebody who proposes may be called. */
export const NAME = /^[A-Za-z0-9.@_-]{1,64}$/;
/** Who somebody is to an issuer, whatever their name (OpenID Connect Core 1.0, §2: at most 255 characters). */
const subject = z.string().min(1).max(255).optional();
const proposalSchema = z.strictObject({
  id: z.uuid(),
  run: z.string(),
  /** who proposes: the agent's name */
  by: z.string().regex(NAME, 'has to be 1 to 64 letters, digits, dots, hyphens, @ and _'),
  /** a person asks for what takes two of them, and may for more than an agent. Earlier programs did not say: all were agents. */
  from: z.enum(['agent', 'person']).default('agent'),
  /** ms since 1970 */
  at: z.int(),
  /** of a person whom an issuer names: who it is there */
  subject,
  command: operatorSchema,
});
/** What an agent may have written down. */
const ofAgent = proposalSchema.extend({ command: commandSchema });
const decisionSchema = z.strictObject({
  id: z.uuid(),
  /** of the proposal that was decided on */
  hash: z.string(),
  decision: z.enum(['approved', 'rejected']),
  by: z.string(),
  /** of a person whom an issuer names */
  subject,
  reason: z.string(),
  at: z.int(),
  /** of what was approved, where its command stands in the recording; null: not known to be there. Earlier programs did not say. */
  seq: z.int().nullable().optional(),
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
/** Where it is written what people made of a proposal. */
export const decisionFileOf = (home: string, id: string): string => path.join(folderOf(home), `${id}.decision.json`);
/** An agent's says nothing of `from`, as those of earlier programs: they keep their hashes. */
const hashOf = ({ from, ...proposal }: Proposal): string =>
  createHash('sha256')
    .update(JSON.stringify(from === 'agent' ? proposal : { from, ...proposal }))
    .digest('hex');

type Asked = Pick<Proposal, 'run' | 'by'> & { readonly command: unknown; readonly subject?: string | undefined };

/** Writes down what an agent proposes. @throws CannotCommand for what no agent may propose; UnknownRunError */
export const propose = (open: Pick<OpenHome, 'home' | 'bus'>, asked: Asked, now: number): Promise<ListedProposal> =>
  writeDown(open, ofAgent, { ...asked, from: 'agent' }, now);

/** Writes down what a person asks for that takes a second one. @throws CannotCommand for what cannot be commanded; UnknownRunError */
export const requestSecond = (open: Pick<OpenHome, 'home' | 'bus'>, asked: Asked, now: number): Promise<ListedProposal> =>
  writeDown(open, proposalSchema, { ...asked, from: 'person' }, now);

async function writeDown(
  { home, bus }: Pick<OpenHome, 'home' | 'bus'>,
  schema: z.ZodType<Proposal>,
  { run: name, by, from, subject: who, command }: Asked & Pick<Proposal, 'from'>,
  now: number,
): Promise<ListedProposal> {
  const { run } = await manifestOrFail(bus, name);
  const result = schema.safeParse({
    id: randomUUID(),
    run,
    by,
    from,
    at: now,
    ...(who === undefined ? {} : { subject: who }),
    command,
  });
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
  if (proposal?.from === 'agent' && !ofAgent.safeParse(proposal).success)
    throw new CannotCommand(`${id}: no agent may propose ${proposal.command.kind}`);
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
