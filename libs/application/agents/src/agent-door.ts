import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { commandSchema, fillStory, lookAtRun, whyStory } from '@aitrader/application-console';
import { explainFill, whyAt } from '@aitrader/application-recordings';
import { CannotCommand, listRunStates, type OpenHome } from '@aitrader/application-supervision';
import { epochMs, ticker } from '@aitrader/model';
import { BrokenRecordingError, UnknownRunError, type Bus } from '@aitrader/runtime-bus';
import { CODE_VERSION } from '@aitrader/runtime-configuration';
import { READS, run, shownToAgents, told, type AskedApart } from './agent-answers.ts';
import { addMeasures } from './measures.ts';
import { listProposals, propose } from './proposals.ts';

/** Rows of a kind that an agent is told of a run. */
const ROWS = 50;
/** Whether what was proposed for a run may be told: of one that is not there any more, or cannot be read, nobody knows. */
const isShownToAgents = (bus: Bus, name: string): Promise<boolean> =>
  shownToAgents(bus, name).then(
    () => true,
    (error: unknown) => {
      for (const known of [CannotCommand, UnknownRunError, BrokenRecordingError]) if (error instanceof known) return false;
      throw error;
    },
  );

/**
 * What an agent may do over the Model Context Protocol: look at runs, and propose commands. Nothing here arms, raises a limit, or approves; what is
 * proposed takes effect when a person approves it. Of a run with real money an agent hears that it is there, and no more.
 *
 * `agent`: whose name proposals carry. `apart`: where what measures a run is asked, if not here.
 */
export function newAgentDoor(open: OpenHome, agent: string, now: () => number, apart?: AskedApart): McpServer {
  const server = new McpServer({ name: 'aitrader', version: CODE_VERSION });
  addRuns(server, open);
  addReasons(server, open);
  addMeasures(server, open, apart && ((tool, args) => apart(agent, tool, args)));
  addProposals(server, open, agent, now);
  return server;
}

function addRuns(server: McpServer, open: OpenHome): void {
  server.registerTool(
    'list_runs',
    { description: 'All runs of this home, with where they stand.', inputSchema: z.object({}), annotations: READS },
    async () => told(await listRunStates(open)),
  );

  server.registerTool(
    'look_at_run',
    {
      description: `A run as it stands: account, market, positions, halts, and its last ${ROWS} signals, orders, denials and fills. Money in dollars, times in ms since 1970.`,
      inputSchema: z.object({ run }),
      annotations: READS,
    },
    async ({ run: name }) => {
      const named = await shownToAgents(open.bus, name);
      const { head, account, market, tables } = await lookAtRun(open.bus, named);
      const { positions = [], halts = [], signals = [], orders = [], denials = [], fills = [], gates = [] } = tables;
      const last = <Row>(rows: readonly Row[]): readonly Row[] => rows.slice(-ROWS);
      return told({
        ...{ head, account, market, halts, gates },
        positions: positions.filter(({ shares }) => shares !== 0),
        ...{ signals: last(signals), orders: last(orders), denials: last(denials), fills: last(fills) },
      });
    },
  );
}

function addReasons(server: McpServer, { bus }: OpenHome): void {
  server.registerTool(
    'explain_fill',
    {
      description: 'Why a fill happened: back through order, gates, signal and state to the bar.',
      inputSchema: z.object({ run, fill: z.string().min(1).max(128).describe('its id, or #n for the n-th fill') }),
      annotations: READS,
    },
    async ({ run: name, fill }) => {
      const named = await shownToAgents(bus, name);
      return told(fillStory(await explainFill(bus, named, fill, () => undefined)));
    },
  );

  server.registerTool(
    'why',
    {
      description:
        'Why a symbol was entered in a minute, or was not: its bar, what strategies made of it, and every gate of risk.',
      inputSchema: z.object({
        run,
        symbol: z.string().min(1).max(32),
        at: z.int().describe('when the interval closed, ms since 1970'),
      }),
      annotations: READS,
    },
    async ({ run: name, symbol, at }) => {
      const named = await shownToAgents(bus, name);
      return told(whyStory(await whyAt(bus, named, { symbol: ticker(symbol), at: epochMs(at) }, () => undefined)));
    },
  );
}

function addProposals(server: McpServer, open: OpenHome, agent: string, now: () => number): void {
  server.registerTool(
    'list_proposals',
    { description: 'What was proposed in this home, and what people made of it.', inputSchema: z.object({}), annotations: READS },
    async () => {
      const listed = listProposals(open.home);
      const runs = [...new Set(listed.map(({ proposal }) => proposal.run))];
      const shown = await Promise.all(runs.map(async (name) => ((await isShownToAgents(open.bus, name)) ? [name] : [])));
      return told(listed.filter(({ proposal }) => shown.flat().includes(proposal.run)));
    },
  );

  server.registerTool(
    'propose_command',
    {
      description:
        'Proposes a command for a run. It changes nothing until a person approves it, within 15 minutes: aitrader approve <id>. Whoever proposes cannot approve.',
      inputSchema: z.object({ run, command: commandSchema }),
      annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
    },
    async ({ run: name, command }) =>
      told(await propose(open, { run: await shownToAgents(open.bus, name), by: agent, command }, now())),
  );
}
