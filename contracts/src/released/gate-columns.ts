import type { Message } from './released-version.ts';

/** What a gate found, as each order and denial named it before gates were named once a message. */
export interface NamedFigure {
  readonly gate: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
}
interface Said {
  readonly rest: Message;
  readonly gates: readonly NamedFigure[];
}

const keyOf = ({ gate, unit }: NamedFigure): string => `${unit} ${gate}`;

/** The gates that several lists name, each behind all that some list names before it, and else in the order in which they come first. */
function headsOf(lists: readonly (readonly NamedFigure[])[]): readonly NamedFigure[] {
  const heads = new Map<string, NamedFigure>();
  const left = lists.map((list) => list.filter((gate, i) => list.findIndex((one) => keyOf(one) === keyOf(gate)) === i));
  for (;;) {
    const rest = left.flat();
    const first =
      rest.find((gate) => left.every((list) => !list.slice(1).some((later) => keyOf(later) === keyOf(gate)))) ?? rest[0];
    if (first === undefined) return [...heads.values()];
    heads.set(keyOf(first), first);
    left.forEach((list, i) => (left[i] = list.filter((gate) => keyOf(gate) !== keyOf(first))));
  }
}

/**
 * Names every gate once, and gives each message values and limits at their places: a value of null where it had no such gate. How they compared
 * was not said, but what came of it.
 */
export function saidInColumns(said: readonly Said[], comparison: 'passed' | 'refused'): { gates: unknown[]; rows: Message[] } {
  const heads = headsOf(said.map(({ gates }) => gates));
  const rows = said.map(({ rest, gates }) => {
    const own = new Map(gates.map((gate) => [keyOf(gate), gate] as const));
    const columns = heads.map((head) => own.get(keyOf(head)));
    return { ...rest, values: columns.map((one) => one?.value ?? null), limits: columns.map((one) => one?.limit ?? 0) };
  });
  return { gates: heads.map(({ gate, unit }) => ({ gate, unit, comparison })), rows };
}
