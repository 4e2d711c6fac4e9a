import type { EpochMs } from '@aitrader/model';

/** Thrown when the recording contradicts itself: the service must die, not guess. */
export class RiskInvariantError extends Error {
  override readonly name = 'RiskInvariantError';
}

/** All that comes with an interval speaks of it. @throws RiskInvariantError */
export function assertOf(t: EpochMs, part: { readonly t: EpochMs }): void {
  if (part.t !== t) throw new RiskInvariantError(`interval ${t} came with a part of interval ${part.t}`);
}
