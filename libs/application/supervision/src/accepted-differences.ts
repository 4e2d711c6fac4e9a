import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigurationError, problemsOf } from '@aitrader/runtime-configuration';
import { ioProblem } from '@aitrader/runtime-storage';

/*
 * Differences of a shadow that somebody accepts, since the new program is meant to decide otherwise there.
 *
 * 1. Each has a name, says which kind of difference it is about, why, until when, and how many at the most: whatever is more, or another kind, blocks as before.
 * 2. One that has run out accepts nothing, and one that nothing needs is refused: what is accepted was looked at.
 */

const kind = z.string().min(1);
const acceptanceSchema = z.strictObject({
  name: z.string().min(1).max(64),
  /** what became of it in the run, and by the shadow: `order`, `denied by GATE`, `left: REASON`, `not asked for` */
  recorded: kind,
  shadow: kind,
  reason: z.string().min(1),
  /** the last date that it counts on */
  until: z.iso.date(),
  /** differences of the kind that are accepted at the most */
  most: z.int().min(1),
});
/** A kind of difference that is accepted. */
export type Acceptance = z.infer<typeof acceptanceSchema>;

const fileSchema = z.strictObject({ accepted: z.array(acceptanceSchema).min(1) });

/** What was accepted of a verdict, on record with what it came to. */
export const acceptedSchema = acceptanceSchema.extend({ count: z.int().min(1) });
export type Accepted = z.infer<typeof acceptedSchema>;

/** The acceptances in a file. @throws ConfigurationError naming the file, field and value */
export async function acceptancesIn(file: string): Promise<readonly Acceptance[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ConfigurationError(file, [ioProblem(error)]);
  });
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(file, [`is no JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const parsed = fileSchema.safeParse(given);
  if (!parsed.success) throw new ConfigurationError(file, problemsOf(parsed.error, given));
  return parsed.data.accepted;
}

/** Differences of a kind, as a verdict tells them. */
export interface DifferenceKind {
  readonly recorded: string;
  readonly shadow: string;
  readonly count: number;
}

/** What acceptances come to for the differences of a verdict on a date: all of them accepted, or why they are not. */
export function acceptedOf(
  kinds: readonly DifferenceKind[],
  acceptances: readonly Acceptance[],
  date: string,
): { readonly accepted: readonly Accepted[]; readonly problems: readonly string[] } {
  const isAbout = (kind: DifferenceKind, { recorded, shadow }: Acceptance): boolean =>
    kind.recorded === recorded && kind.shadow === shadow;
  const accepted: Accepted[] = [];
  const problems: string[] = [];
  for (const one of kinds) {
    const said = `recorded ${one.recorded}, the shadow ${one.shadow}`;
    const acceptance = acceptances.find((each) => isAbout(one, each));
    if (acceptance === undefined) problems.push(`${one.count} times ${said}, which nobody accepts`);
    else if (acceptance.until < date) problems.push(`${acceptance.name} ran out on ${acceptance.until}`);
    else if (one.count > acceptance.most)
      problems.push(`${one.count} times ${said}, and ${acceptance.name} accepts ${acceptance.most} at the most`);
    else accepted.push({ ...acceptance, count: one.count });
  }
  const idle = acceptances.filter((acceptance) => !kinds.some((one) => isAbout(one, acceptance)));
  return { accepted, problems: [...problems, ...idle.map(({ name }) => `${name} is about nothing that differs: take it out`)] };
}
