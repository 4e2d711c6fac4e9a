import type { z } from 'zod';

/*
 * The files beside this one are frozen: each is what one released version of a fact demands, and how its message is said in the next
 * version. They import zod and one another, so that no edit of what is current can reach a recording that exists already.
 */

/** A message of some version, as plain data. */
export type Message = Readonly<Record<string, unknown>>;

/** A version of a fact that was released once. */
export interface ReleasedVersion {
  /** what the version demands of a message, to the letter */
  readonly schema: z.ZodType;
  /** a message that the schema accepts, as the next version says it; absent while there is no next version */
  readonly next?: (message: Message) => Message;
}
