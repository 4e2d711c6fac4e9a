import { passesGate, type Denial } from '@aitrader/model';

/** How often a gate was the reason of a denial, the first that refused, and how often it refused at all. */
export interface GateRefusals {
  readonly gate: string;
  readonly denials: number;
  readonly refusals: number;
}

export interface GateTally {
  readonly add: (denial: Denial) => void;
  /** the gates that refused anything, in the order in which they are asked */
  readonly current: () => readonly GateRefusals[];
}

/** Counts the refusals of each gate. */
export function newGateTally(): GateTally {
  const counts = new Map<string, { denials: number; refusals: number }>();
  return {
    add: ({ gate: reason, gates }) => {
      for (const figure of gates) {
        let count = counts.get(figure.gate);
        if (count === undefined) counts.set(figure.gate, (count = { denials: 0, refusals: 0 }));
        if (figure.gate === reason) count.denials += 1;
        if (!passesGate(figure)) count.refusals += 1;
      }
    },
    current: () => [...counts].flatMap(([gate, count]) => (count.refusals === 0 ? [] : [{ gate, ...count }])),
  };
}
