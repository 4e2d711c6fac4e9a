import type { CommandAnswer, CommandBody } from '@aitrader/service-console';
import { ofRun, tell } from './client.ts';

/** What the console asks for in a command: as it is typed, before it was looked at. */
export type Command = CommandBody;

/**
 * Has a command recorded. `key` names it: sent again under the same one, it is recorded once. That it was recorded does not say that it is in
 * force: the run's own decisions tell that.
 */
export const sendCommand = (run: string, command: Command, key: string, csrf: string): Promise<CommandAnswer> =>
  tell<CommandAnswer>(ofRun(run, 'commands'), command, { 'idempotency-key': key, 'x-csrf-token': csrf });

/** Tests whether commands reach a run, which disarms it. */
export const testKillSwitch = (run: string, csrf: string): Promise<unknown> =>
  tell(ofRun(run, 'readiness', 'kill-switch'), {}, { 'x-csrf-token': csrf });

/** What a person makes of a proposal: of that which was shown, by its hash. */
export interface Decided {
  readonly hash: string;
  readonly reason: string;
  readonly confirm: string;
}

/** Has the command of a proposal recorded. */
export const approveProposal = (run: string, id: string, decided: Decided, csrf: string): Promise<CommandAnswer> =>
  tell<CommandAnswer>(ofRun(run, 'proposals', id, 'approve'), decided, { 'x-csrf-token': csrf });

/** Turns a proposal down. */
export const rejectProposal = (run: string, id: string, decided: Decided, csrf: string): Promise<unknown> =>
  tell(ofRun(run, 'proposals', id, 'reject'), decided, { 'x-csrf-token': csrf });
