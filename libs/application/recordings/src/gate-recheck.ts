import { contradictionIn, type RiskDecision } from '@aitrader/model';

/** Orders and denials that do not follow from the figures recorded with them, each said in a sentence. */
export function contradictionsIn({ orders, denials }: Pick<RiskDecision, 'orders' | 'denials'>): readonly string[] {
  const ofOrders = orders.map(({ id, gates, quantity }) => [id, contradictionIn(gates, quantity)] as const);
  const ofDenials = denials.map(({ signalId, gates }) => [signalId, contradictionIn(gates, null)] as const);
  return [...ofOrders, ...ofDenials].flatMap(([id, problem]) => (problem === undefined ? [] : [`${id} ${problem}`]));
}
