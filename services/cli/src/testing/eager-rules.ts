/** Rules of a run, for `--config`, under which much is traded: trades cost next to nothing, and what signals claim is taken at its word. */
export const EAGER = {
  risk: { edgeError: 0, edge: null, kellyFraction: 1 },
  simulation: { halfSpreadBpRegular: 0.2, impactBp: 2 },
};

/** Rules by which what signals claim is taken at its word: what is traded needs no history. */
export const BELIEVING = { risk: { edge: null } };
