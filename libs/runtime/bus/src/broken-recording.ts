import { ContractError } from '@aitrader/contracts';
import type { LoggedMessage } from './interval-join.ts';

/** Thrown when a recording cannot be read. It names the run, and where it can the message. */
export class BrokenRecordingError extends Error {
  override readonly name = 'BrokenRecordingError';
  readonly run: string;
  readonly problem: string;
  /** sequence of the message that is at fault; undefined when it is the recording as a whole */
  readonly seq: number | undefined;
  readonly subject: string | undefined;

  constructor(run: string, problem: string, message?: Pick<LoggedMessage, 'seq' | 'subject'>, options?: ErrorOptions) {
    super(`${run}${message === undefined ? '' : `, message ${message.seq} on ${message.subject}`}: ${problem}`, options);
    this.run = run;
    this.problem = problem;
    this.seq = message?.seq;
    this.subject = message?.subject;
  }
}

/** Does something with a message of a recording. @throws BrokenRecordingError naming it, whatever goes wrong */
export function readingMessage<T>(message: Pick<LoggedMessage, 'seq' | 'subject'>, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof BrokenRecordingError || !(error instanceof Error)) throw error;
    // What a contract refuses is said in full; anything else may have more to say.
    const options = error instanceof ContractError ? undefined : { cause: error };
    throw new BrokenRecordingError(runIn(message.subject), error.message, message, options);
  }
}

/** The run that a subject names, at.<run>.…; its name is spelled as it is. */
const runIn = (subject: string): string => subject.split('.')[1] ?? subject;
