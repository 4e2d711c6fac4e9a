/** Thrown when there is nothing to estimate from, or no estimate: the message names the value and its index. */
export class EstimationError extends Error {
  override readonly name = 'EstimationError';
}
