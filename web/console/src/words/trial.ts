import type { TrialRow } from '@aitrader/service-console';

/** What a trial sets, in one line. */
export const setsText = (sets: TrialRow['sets']): string =>
  Object.entries(sets)
    .map(([path, value]) => `${path} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ') || 'nothing';

type Part = { [name: string]: unknown };
const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What a trial sets, as a part of a configuration; undefined where a path leads into the list of strategies, whose other entries a sweep does not
 * keep.
 */
export function partOf(sets: TrialRow['sets']): Part | undefined {
  const whole: Part = {};
  for (const [path, value] of Object.entries(sets)) {
    const names = path.split('.');
    const last = names.pop();
    if (last === undefined || names[0] === 'strategies') return undefined;
    let part = whole;
    for (const name of names) {
      const inner = part[name];
      const next: Part = isPart(inner) ? inner : {};
      part[name] = next;
      part = next;
    }
    part[last] = value;
  }
  return whole;
}
