import { z } from 'zod';
import type { Message, ReleasedVersion } from './released-version.ts';

const text = z
  .string()
  .regex(/^[^\ud800-\udfff]*$/u)
  .max(4096);

/** There were no model parameters. */
export const controlV1: ReleasedVersion = {
  schema: z.strictObject({ kind: z.enum(['halt', 'resume', 'end-of-bars']), t: z.int().min(0), actor: text, reason: text }),
  next: ({ kind, t, actor, reason }: Message): Message => ({ t, kind, actor, reason, parameters: [] }),
};
