/** Thrown when the recording contradicts itself: the service must die, not guess. */
export class RiskInvariantError extends Error {
  override readonly name = 'RiskInvariantError';
}
