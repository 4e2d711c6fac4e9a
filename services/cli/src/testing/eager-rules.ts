/** Rules of a run, for `--config`, under which much is traded: trades cost next to nothing, and what signals claim is taken at its word. */
export const EAGER = {
  risk: { edgeError: 0, kellyFraction: 1 },
  simulation: { halfSpreadBpRegular: 0.2, impactBp: 2 },
};
