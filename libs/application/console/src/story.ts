import type { GateRow } from './wire.ts';

/** A condition of a strategy, in words. */
export interface ConditionRow {
  readonly condition: string;
  readonly passes: boolean;
  readonly words: string;
}

/** One part of why something happened, in words; `seq` is the message that holds it, where one does. */
export interface StoryPart {
  readonly title: string;
  readonly t: number | null;
  readonly seq: number | null;
  readonly lines: readonly string[];
  readonly conditions: readonly ConditionRow[];
  readonly gates: readonly GateRow[];
}

/** A part without conditions and gates. */
export const storyPart = (title: string, part: Partial<StoryPart>): StoryPart => ({
  ...{ title, t: null, seq: null, lines: [], conditions: [], gates: [] },
  ...part,
});
