import { z } from 'zod';
import { saidInColumns, type NamedFigure } from './gate-columns.ts';
import type { Message, ReleasedVersion } from './released-version.ts';

const wellFormed = z.string().regex(/^[^\ud800-\udfff]*$/u);

const denial = z.strictObject({
  gate: wellFormed.max(4096),
  value: z.int(),
  limit: z.int(),
  unit: z.enum(['cash', 'price', 'quantity', 'ppm', 'e8', 'minutes', 'count', 'flags']),
  t: z.int().min(0),
  symbol: z.string().regex(/^[A-Z0-9][A-Z0-9.\-/^=]{0,15}$/),
  signalId: wellFormed.min(1).max(128),
});

/** Each denial had the first gate that refused, and no other: the next version has a place for all of them, and these are not asked. */
export const denialsV1: ReleasedVersion = {
  schema: z.strictObject({ t: z.int().min(0), denials: z.array(denial) }),
  next: ({ t, denials }: Message): Message => {
    const said = (denials as readonly (NamedFigure & Message)[]).map(({ gate, value, limit, unit, ...rest }) => {
      return { rest, gates: [{ gate, value, limit, unit }] };
    });
    const { gates, rows } = saidInColumns(said, 'refused');
    return { t, gates, denials: rows };
  },
};
