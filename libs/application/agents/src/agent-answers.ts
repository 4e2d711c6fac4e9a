import { z } from 'zod';
import { recordingNamed, tradesRealMoney } from '@aitrader/application-recordings';
import { CannotCommand } from '@aitrader/application-supervision';
import type { RunId } from '@aitrader/model';
import type { Bus } from '@aitrader/runtime-bus';

/** How a run is named by whoever asks. */
export const run = z.string().min(1).max(64).describe('the run, as list_runs names it');
/** That a tool changes nothing. */
export const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const;

/** What an answer is made of. */
export interface AgentAnswer {
  readonly content: { readonly type: 'text'; readonly text: string }[];
  readonly isError?: boolean;
  readonly [more: string]: unknown;
}
export const told = (answer: unknown): AgentAnswer => ({ content: [{ type: 'text', text: JSON.stringify(answer) }] });

/** Asks a tool elsewhere, by its name: what measures takes a processor for as long as it lasts. */
export type AskedApart = (agent: string, tool: string, args: Readonly<Record<string, unknown>>) => Promise<AgentAnswer>;

/** The run of a name. @throws CannotCommand for one with real money: it is shown to people whom an issuer names, and an agent is none; UnknownRunError, BrokenRecordingError */
export async function shownToAgents(bus: Bus, name: string): Promise<RunId> {
  const manifest = await recordingNamed(bus, name);
  if (tradesRealMoney(manifest))
    throw new CannotCommand(`${name} trades with real money, and no agent looks at it or commands it`);
  return manifest.run;
}
