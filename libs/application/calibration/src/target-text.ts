import { fixed } from '@aitrader/application-pages';
import type { Target } from './targets.ts';

/** A target with its bounds and what was measured. */
export function targetText({ name, measured, atLeast, atMost }: Target): string {
  const digits = name.startsWith('log') ? 3 : 2;
  return `${name}: ${fixed(measured, digits)}, should be ${boundsText(atLeast, atMost)}`;
}

/** The bounds of a target in words. */
export function boundsText(atLeast: number | null, atMost: number | null): string {
  if (atLeast === null) return `at most ${atMost}`.replace('-', '−');
  return atMost === null ? `at least ${atLeast}` : `${atLeast} to ${atMost}`;
}
