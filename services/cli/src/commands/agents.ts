import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { ListedProposal } from '@aitrader/application-agents';
import { homeOf, withHome } from '@aitrader/application-supervision';
import { ask } from '../ask.ts';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { printJson, printText } from '../print.ts';
import { remark } from '../terminal.ts';

interface DecideOptions extends BusOptions {
  readonly actor?: string;
  readonly reason: string;
  readonly yes?: string;
  readonly json: boolean;
}

/** What of a hash is typed: enough that nobody types it without looking. */
const TYPED_DIGITS = 6;

/** Agents' door, and what people make of what comes through it. */
export function addAgents(program: Command): void {
  addDoors(program);
  addProposals(program);
}

/** The ways in: on standard input and output, and by a key at the console. */
function addDoors(program: Command): void {
  const mcp = program
    .command('mcp')
    .summary('let an agent look at runs, and propose commands, over the Model Context Protocol')
    .description(
      'Speaks the Model Context Protocol on standard input and output: tools to look at runs, to ask why, and to propose commands. What is proposed takes effect only when a person approves it.',
    )
    .option('--agent <name>', 'the name that proposals carry', 'agent');
  busOptions(mcp).action(async ({ agent, ...bus }: BusOptions & { agent: string }) => {
    const [{ newAgentDoor }, { serveStdio }] = await Promise.all([
      import('@aitrader/application-agents'),
      import('@modelcontextprotocol/server/stdio'),
    ]);
    await withHome({ ...homeOptions(bus), as: 'operator' }, async (open) => {
      const served = serveStdio(() => newAgentDoor(open, agent, Date.now));
      await new Promise((resolve) => process.stdin.once('end', resolve).once('close', resolve));
      await served.close();
    });
  });

  program
    .command('agent-key')
    .summary('let an agent in at the console, by a key')
    .description(
      "Makes a key by which an agent asks the console's /mcp, beside those that it has, and prints it: it is kept nowhere. With --revoke all of its keys are taken away, from the next request on.",
    )
    .argument('<name>', 'the name that its proposals carry')
    .option('--revoke', 'take all keys of the name away', false)
    .option('--json', 'print one JSON document on standard output', false)
    .action(async (name: string, { revoke, json }: { revoke: boolean; json: boolean }) => {
      const { newAgentKey, revokeAgentKeys } = await import('@aitrader/application-agents');
      const home = homeOf(process.env);
      if (revoke) {
        const revoked = await revokeAgentKeys(home, name);
        if (json) printJson({ name, revoked });
        else
          printText(revoked === 0 ? `${name} had no key` : `${name}: ${revoked === 1 ? 'a key' : `${revoked} keys`} taken away`);
        return;
      }
      const key = await newAgentKey(home, name, Date.now());
      if (json) printJson({ name, key });
      else printText(key);
    });
}

function addProposals(program: Command): void {
  program
    .command('proposals')
    .summary('what agents have proposed, and what people made of it')
    .description('Lists the commands that agents have proposed in this home, the oldest first, with what people made of them.')
    .option('--json', 'print one JSON document on standard output', false)
    .action(async ({ json }: { json: boolean }) => {
      const { listProposals } = await import('@aitrader/application-agents');
      const listed = listProposals(homeOf(process.env));
      if (json) printJson(listed);
      else printText(listed.length === 0 ? 'nothing was proposed' : listed.map(proposalText).join('\n'));
    });

  const approving = program
    .command('approve')
    .summary('let what an agent proposed take effect')
    .description(
      'Shows a proposal, has the first six digits of its hash typed, and records its command under your name and with that of who proposed it.',
    )
    .argument('<id>', 'the proposal, as "aitrader proposals" lists it');
  decisionOptions(approving, '').action(async (id: string, options: DecideOptions) => {
    const { approve, proposalNamed } = await import('@aitrader/application-agents');
    await withHome({ ...homeOptions(options), as: 'operator' }, async (open) => {
      const listed = proposalNamed(open.home, id);
      remark(proposalText(listed));
      await confirm(listed, options.yes);
      const done = await approve(open, decidingOf(listed, options), Date.now());
      if (options.json) printJson(done);
      else printText(`${done.run}: recorded as message ${done.seq}${done.running ? '' : '; nobody runs it now'}`);
    });
  });

  const rejecting = program
    .command('reject')
    .summary('turn down what an agent proposed')
    .description('Turns a proposal down: it can be approved no more.')
    .argument('<id>', 'the proposal, as "aitrader proposals" lists it');
  decisionOptions(rejecting, 'no').action(async (id: string, options: DecideOptions) => {
    const { proposalNamed, reject } = await import('@aitrader/application-agents');
    await withHome({ ...homeOptions(options), as: 'operator' }, async (open) => {
      await reject(open, decidingOf(proposalNamed(open.home, id), options), Date.now());
      if (options.json) printJson(proposalNamed(open.home, id));
      else printText(`${id}: turned down`);
    });
  });
}

const decisionOptions = (command: Command, reason: string): Command =>
  busOptions(
    command
      .option('--reason <text>', 'why; it is recorded', reason)
      .option('--actor <name>', 'who decides; it is recorded (default: the user of the system)')
      .option('--yes <digits>', 'the first six digits of the hash of what is decided on, instead of being asked for them')
      .option('--json', 'print one JSON document on standard output', false),
  );

const decidingOf = ({ proposal: { id }, hash }: ListedProposal, { actor, reason }: DecideOptions) => ({
  ...{ id, hash, reason },
  by: actor ?? userInfo().username,
});

function proposalText({ proposal, hash, decision }: ListedProposal): string {
  const { id, run, by, at, command } = proposal;
  const { kind, reason, ...about } = command;
  const shown = Object.keys(about).length === 0 ? '' : ` ${JSON.stringify(about)}`;
  const standing =
    decision === null
      ? 'not decided'
      : `${decision.decision} by ${decision.by}${decision.seq === null ? ', and not known to be recorded' : ''}`;
  return `${id}  ${new Date(at).toISOString()}  ${run}: ${kind}${shown}, because ${JSON.stringify(reason)}; proposed by ${by}, ${standing}; hash ${hash.slice(0, TYPED_DIGITS)}…`;
}

/** Has who approves look at what they approve. @throws Error where something else is typed */
async function confirm({ hash }: ListedProposal, yes: string | undefined): Promise<void> {
  const wanted = hash.slice(0, TYPED_DIGITS);
  const typed = yes ?? (await ask(`type ${wanted} to approve it: `));
  if (typed !== wanted) throw new Error(`${JSON.stringify(typed)} is not ${wanted}: nothing was approved`);
}
