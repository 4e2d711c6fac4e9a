import { passesGate, sharesOf, type Denial, type GateFigure, type Order, type RiskDecision, type Ticker } from '@aitrader/model';

/** A figure that a gate found otherwise. */
export interface OtherFigure {
  readonly gate: string;
  readonly first: GateFigure | null;
  readonly second: GateFigure | null;
}

/** What became of a signal, or of what an operator asked for, in each of two runs, where that differs. */
export interface OtherAnswer {
  readonly signalId: string;
  readonly symbol: Ticker;
  /** an order with its shares, a denial with its gate, or that there was no such signal */
  readonly first: string;
  readonly second: string;
  /** the gates that found something else, in their order */
  readonly figures: readonly OtherFigure[];
}

/** What risk decided. */
export type Decided = Pick<RiskDecision, 'orders' | 'denials'>;

/** What two decisions on one interval answered otherwise. */
export function otherAnswers(first: Decided, second: Decided): readonly OtherAnswer[] {
  const answered = ({ orders, denials }: Decided) =>
    new Map<string, Order | Denial>([...orders, ...denials].map((answer) => [answer.signalId, answer]));
  const [one, other] = [answered(first), answered(second)];
  const ids = [...new Set([...one.keys(), ...other.keys()])].sort();
  return ids.flatMap((signalId) => {
    const [a, b] = [one.get(signalId), other.get(signalId)];
    const figures = otherFigures(a?.gates ?? [], b?.gates ?? []);
    const [said, heard] = [wordsOf(a), wordsOf(b)];
    const symbol = (a ?? b)?.symbol;
    if (symbol === undefined || (said === heard && figures.length === 0)) return [];
    return [{ signalId, symbol, first: said, second: heard, figures }];
  });
}

function wordsOf(answer: Order | Denial | undefined): string {
  if (answer === undefined) return 'no such signal';
  return 'gate' in answer ? `denied by ${answer.gate}` : `${answer.side} ${sharesOf(answer.quantity)}`;
}

function otherFigures(first: readonly GateFigure[], second: readonly GateFigure[]): readonly OtherFigure[] {
  const [one, other] = [first, second].map((gates) => new Map(gates.map((figure) => [figure.gate, figure])));
  const names = [...new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])])];
  return names.flatMap((gate) => {
    const [a, b] = [one?.get(gate) ?? null, other?.get(gate) ?? null];
    const isSame = a !== null && b !== null && a.value === b.value && a.limit === b.limit && passesGate(a) === passesGate(b);
    return isSame ? [] : [{ gate, first: a, second: b }];
  });
}
