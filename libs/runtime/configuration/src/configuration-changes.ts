import type { RunConfig } from '@aitrader/model';

/** What one configuration has otherwise than another one, a line for each key: `risk.kellyFraction 0.25 → 0.5`. */
export const changesOf = (before: RunConfig, now: RunConfig): readonly string[] => changesIn('', before, now);

function changesIn(path: string, before: unknown, now: unknown): readonly string[] {
  if (isSection(before) && isSection(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys.flatMap((key) => changesIn(path === '' ? key : `${path}.${key}`, before[key], now[key]));
  }
  const [was, is] = [JSON.stringify(before), JSON.stringify(now)];
  return was === is ? [] : [`${path} ${was ?? 'nothing'} → ${is ?? 'nothing'}`];
}

const isSection = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
