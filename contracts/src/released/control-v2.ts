import { z } from 'zod';
import type { Message, ReleasedVersion } from './released-version.ts';

const epochMs = z.int().min(0);
const text = z
  .string()
  .regex(/^[^\ud800-\udfff]*$/u)
  .max(4096);

const modelParameters = z.strictObject({
  symbol: z.string().regex(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/),
  model: text,
  version: text,
  timeframe: z.enum(['1m', '5m', '15m', '1h', '1d']),
  fittedTo: epochMs,
  values: z.array(z.strictObject({ name: text, value: z.number() })),
});

/** Nothing was said of the market's data. */
export const controlV2: ReleasedVersion = {
  schema: z.strictObject({
    t: epochMs,
    kind: z.enum(['halt', 'resume', 'model-parameters', 'end-of-bars']),
    actor: text,
    reason: text,
    parameters: z.array(modelParameters),
  }),
  next: (message: Message): Message => ({ ...message, data: [], actions: [] }),
};
