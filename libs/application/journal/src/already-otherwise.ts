/** Something other is written under the same identity: which of the two is right nobody here can tell. */
export class AlreadyOtherwise extends Error {
  override readonly name = 'AlreadyOtherwise';
  /** `option` names what was to be written to the command that could write it anew */
  constructor(place: string, problem: string, option: '--sweep' | '--archive') {
    super(
      `${place}: ${problem}. Nothing was changed; "aitrader journal ${option} … --anew" deletes what is written, and writes this`,
    );
  }
}

/** Of a transaction: who else holds what it needs ends it, and does not make it wait for ever. */
export const WAITING = "SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '60s'";
