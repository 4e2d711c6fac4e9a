/** Progress of one long piece of work: `at` a share of it, 0 … 1, and `done` however it ended. */
export interface Progress {
  readonly at: (share: number) => void;
  readonly done: () => void;
}

/** Whom a long piece of work tells how it goes: a terminal, a log, a page. */
export interface Listener {
  readonly progress: (label: string) => Progress;
  /** a passing remark */
  readonly remark: (text: string) => void;
  /** something that the reader has to know */
  readonly warn: (text: string) => void;
}

const nothing = (): void => undefined;

/** Nobody listens. */
export const SILENT: Listener = { progress: () => ({ at: nothing, done: nothing }), remark: nothing, warn: nothing };
