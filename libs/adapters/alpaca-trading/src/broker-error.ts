/**
 * Why the broker gave no answer that can be used. `unreachable`: none came, or it is broken; `throttled`: too many requests. Both may be
 * otherwise in a moment. `unauthorised`: it does not accept the keys; `refused`: anything else that it said no to; `unexpected`: an
 * answer of a shape that is not known.
 */
export type BrokerProblem = 'unreachable' | 'throttled' | 'unauthorised' | 'refused' | 'unexpected';

/** Thrown when reading from a broker fails. No message of it holds a key. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError';
  readonly problem: BrokerProblem;
  constructor(problem: BrokerProblem, text: string) {
    super(`alpaca: ${text}`);
    this.problem = problem;
  }
}

/** Thrown before anything is asked: a key is missing, or an address is none. Names the variable, never the value. */
export class BrokerKeysError extends Error {
  override readonly name = 'BrokerKeysError';
}
