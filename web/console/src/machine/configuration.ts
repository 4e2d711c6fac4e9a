import type { RunConfig } from '@aitrader/model';
import type { Change } from './questions.ts';

/** What of a configuration a person may want to have been otherwise. What the market is believed to be like stands last. */
const PARTS = ['risk', 'strategies', 'simulation', 'probability'] as const satisfies readonly (keyof RunConfig)[];

/** Every figure of a configuration, by its path. */
export const figuresOf = (config: RunConfig): readonly Change[] => PARTS.flatMap((part) => figuresIn(config[part], part));

function figuresIn(value: unknown, path: string): readonly Change[] {
  if (typeof value === 'number') return [{ path, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => figuresIn(each, `${path}.${name}`));
}

/** A configuration with figures in the place of others. @throws Error for a path to none */
export function changed(config: RunConfig, changes: readonly Change[]): RunConfig {
  const other = structuredClone(config);
  for (const { path, value } of changes) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const at = names.reduce<unknown>(fieldOf, other);
    if (typeof fieldOf(at, last) !== 'number') throw new Error(`${path}: is no figure of the configuration`);
    Reflect.set(Object(at), last, value);
  }
  return other;
}

const fieldOf = (at: unknown, name: string): unknown =>
  typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined;
