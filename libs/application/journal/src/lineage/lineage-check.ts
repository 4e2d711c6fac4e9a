import type { FillLineage } from './fill-lineage.ts';

/** What a check of all fills of a run came to. */
export interface LineageCheck {
  readonly fills: number;
  /** fills with a link that is not there, or that is another one than in the recording */
  readonly problems: readonly LineageProblem[];
}

export interface LineageProblem {
  readonly fill: string;
  readonly problem: string;
}

/**
 * Whether every fill goes back through every link. `recorded`: the same of the recording, where the links are another source's; whatever differs is
 * a problem, too.
 */
export function checkLineage(found: readonly FillLineage[], recorded?: readonly FillLineage[]): LineageCheck {
  const problems = found.flatMap(({ fill, missing }) =>
    missing.map((link) => ({ fill: fill.fillId, problem: `${link} is missing` })),
  );
  const there = new Map(found.map((one) => [one.fill.fillId, one]));
  for (const expected of recorded ?? []) {
    const { fillId } = expected.fill;
    const one = there.get(fillId);
    if (one === undefined) problems.push({ fill: fillId, problem: 'the fill itself is missing' });
    else if (one.missing.length === expected.missing.length) problems.push(...differences(fillId, one, expected));
  }
  return { fills: Math.max(found.length, recorded?.length ?? 0), problems };
}

function differences(fill: string, found: FillLineage, expected: FillLineage): readonly LineageProblem[] {
  const links = Object.keys(expected) as readonly (keyof FillLineage)[];
  return links
    .filter((link) => canonical(found[link]) !== canonical(expected[link]))
    .map((link) => ({ fill, problem: `${link}: the recording says another thing` }));
}

/** A row as text, whatever the order of its columns. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) ?? '';
