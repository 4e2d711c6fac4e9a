import {
  compareText,
  dollarsOfPrice,
  orderId,
  sharesOf,
  type Order,
  type OrderId,
  type RiskDecision,
  type Ticker,
} from '@aitrader/model';

/** What became of a signal, of what an operator asked for or of an order to be left, in two decisions that differ. */
export interface OtherAnswer {
  readonly order: OrderId;
  readonly symbol: Ticker;
  readonly one: string;
  readonly other: string;
}

/** The answers that two decisions on an interval do not have in common. */
export function otherAnswers(one: RiskDecision, other: RiskDecision): readonly OtherAnswer[] {
  const [ours, theirs] = [answersIn(one), answersIn(other)];
  const ids = [...new Set([...ours.keys(), ...theirs.keys()])].sort(compareText);
  return ids.flatMap((id): OtherAnswer[] => {
    const [said, saidThere] = [ours.get(id), theirs.get(id)];
    const about = said ?? saidThere;
    if (about === undefined || said?.words === saidThere?.words) return [];
    const { order, symbol } = about;
    const words = (answer: Answer | undefined, beside: Answer | undefined): string =>
      answer === undefined ? NOT_ASKED : shortWords(answer, beside);
    return [{ order, symbol, one: words(said, saidThere), other: words(saidThere, said) }];
  });
}

const NOT_ASKED = 'not asked for';

interface Answer {
  readonly order: OrderId;
  readonly symbol: Ticker;
  /** all of it */
  readonly words: string;
  /** of an order: what it says, part by part */
  readonly parts: readonly string[];
}

/** Of two orders what they do not have in common, and what is bought or sold in any case. */
const shortWords = ({ words, parts }: Answer, beside: Answer | undefined): string =>
  parts.length === 0 ? words : parts.filter((part, i) => i === 0 || part !== beside?.parts[i]).join(', ');

function answersIn({ orders, denials, exits }: RiskDecision): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const order of orders) {
    const parts = partsOf(order);
    answers.set(order.signalId, { order: order.id, symbol: order.symbol, words: parts.join(', '), parts });
  }
  for (const { signalId, symbol, gate } of denials)
    answers.set(signalId, { order: orderId(signalId), symbol, words: `denied by ${gate}`, parts: [] });
  for (const { orderId: order, symbol, reason } of exits)
    answers.set(`exit ${order}`, { order, symbol, words: `left: ${reason}`, parts: [] });
  return answers;
}

const partsOf = ({ side, quantity, reference, stop, target, exitAt }: Order): readonly string[] => [
  `${side} ${sharesOf(quantity)}`,
  `at about ${dollarsOfPrice(reference)}`,
  `stop ${dollarsOfPrice(stop)}`,
  `target ${dollarsOfPrice(target)}`,
  `until ${new Date(exitAt).toISOString()}`,
];
