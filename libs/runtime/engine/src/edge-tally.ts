import { PPM, type GateFigure, type SignalId } from '@aitrader/model';

/** What the claims of a strategy had come to when risk last answered one of its signals, as multiples of what was claimed. */
export interface StrategyEdge {
  readonly strategy: string;
  /** claims whose horizon is over */
  readonly scored: number;
  readonly slope: number;
  readonly error: number;
}

interface Answered {
  readonly signalId: SignalId;
  readonly gates: readonly GateFigure[];
}

export interface EdgeTally {
  readonly add: (answer: Answered) => void;
  /** by name; those whose claims are believed as they are stated are left out */
  readonly current: () => readonly StrategyEdge[];
}

/** Follows what risk says of the claims of each strategy, from the gates of its answers. */
export function newEdgeTally(): EdgeTally {
  const last = new Map<string, readonly GateFigure[]>();
  return {
    add: ({ signalId, gates }) => void last.set(signalId.slice(signalId.lastIndexOf('.') + 1), gates),
    current: () =>
      [...last]
        .flatMap(([strategy, gates]) => {
          const value = (name: string): number => gates.find(({ gate }) => gate === name)?.value ?? NaN;
          const [scored, slope, error] = [value('EDGE_OUTCOMES'), value('EDGE') / PPM, value('EDGE_ERROR') / PPM];
          return scored > 0 || error > 0 ? [{ strategy, scored, slope, error }] : [];
        })
        .sort((a, b) => (a.strategy < b.strategy ? -1 : 1)),
  };
}
