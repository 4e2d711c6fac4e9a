import { QUANTITY_UNITS_PER_SHARE, type Price } from '@aitrader/model';
import type { OrderTerms, OrderType } from './exchange-order.ts';
import { badOrder, badParameter, type Refusal } from './refusal.ts';

/*
 * Which combinations of type, time in force, class, size and hours there are. Sources: the vendor's OpenAPI file and its page on orders;
 * where neither gives the words, they are ours.
 */

/** A stop loss lies at least so far from what it protects: a cent, in price units. */
const STOP_DISTANCE = 100;

type Rule = (terms: OrderTerms) => Refusal | undefined;

/** The first thing that is wrong with terms that are whole, if anything is. */
export function shapeProblem(terms: OrderTerms): Refusal | undefined {
  for (const rule of RULES) {
    const problem = rule(terms);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

export const isFractional = ({ quantity, notional }: OrderTerms): boolean =>
  notional !== undefined || (quantity !== undefined && quantity % QUANTITY_UNITS_PER_SHARE !== 0);
const isSimple = ({ orderClass }: OrderTerms): boolean => orderClass === '' || orderClass === 'simple';

const NEEDS: Readonly<Record<OrderType, { readonly limit: boolean; readonly stop: boolean; readonly words: string }>> = {
  market: { limit: false, stop: false, words: 'market orders require no stop or limit price' },
  limit: { limit: true, stop: false, words: 'limit orders require a limit price' },
  stop: { limit: false, stop: true, words: 'stop orders require a stop price' },
  stop_limit: { limit: true, stop: true, words: 'stop limit orders require both stop and limit price' },
  trailing_stop: { limit: false, stop: false, words: 'trailing stop orders require no stop or limit price' },
};

const pricesFitType: Rule = ({ type, limit, stop, orderClass, target }) => {
  const { limit: wantsLimit, stop: wantsStop, words } = NEEDS[type];
  // the limit of an OCO order is that of its target
  const hasLimit = limit !== undefined || (orderClass === 'oco' && target !== undefined);
  if ((wantsLimit && !hasLimit) || (wantsStop && stop === undefined)) return badParameter(words);
  if (!wantsLimit && limit !== undefined)
    return badParameter(type === 'market' ? words : `${spoken(type)} orders require no limit price`);
  if (!wantsStop && stop !== undefined)
    return badParameter(type === 'market' ? words : `${spoken(type)} orders require no stop price`);
  return undefined;
};
const spoken = (type: OrderType): string => type.replace('_', ' ');

const trailIsOne: Rule = ({ type, trailPrice, trailPercent }) => {
  const given = Number(trailPrice !== undefined) + Number(trailPercent !== undefined);
  if (type === 'trailing_stop' && given !== 1)
    return badParameter('trailing stop orders must specify one of trail_price or trail_percent');
  if (type !== 'trailing_stop' && given > 0) return badParameter(`${spoken(type)} orders require no trail price or percent`);
  return undefined;
};

const fractionIsPlain: Rule = (terms) => {
  if (!isFractional(terms)) return undefined;
  if (terms.timeInForce !== 'day') return badOrder('fractional orders must be DAY orders');
  if (!isSimple(terms)) return badOrder('fractional orders must be simple orders');
  if (terms.type === 'trailing_stop') return badOrder('trailing stop orders must be for whole shares');
  if (terms.notional !== undefined && terms.type !== 'market') return badOrder('notional orders must be market orders');
  return undefined;
};

const hoursFit: Rule = (terms) => {
  const { extendedHours, type, timeInForce } = terms;
  if (!extendedHours) return undefined;
  if (type === 'stop' || type === 'stop_limit' || type === 'trailing_stop')
    return badOrder('stop orders are not eligible for extended hours trading');
  if (type !== 'limit' || (timeInForce !== 'day' && timeInForce !== 'gtc'))
    return badOrder('extended hours order must be DAY or GTC limit orders');
  return isSimple(terms) ? undefined : badOrder('extended hours orders must be simple orders');
};

const timeFitsType: Rule = ({ type, timeInForce }) => {
  if (timeInForce === 'day' || timeInForce === 'gtc') return undefined;
  return type === 'market' || type === 'limit' ? undefined : badOrder(`${spoken(type)} orders must be DAY or GTC orders`);
};

const classHasLegs: Rule = (terms) => {
  const { orderClass, target, stopLoss, stopLossLimit, timeInForce, type } = terms;
  if (isSimple(terms)) {
    if (target === undefined && stopLoss === undefined && stopLossLimit === undefined) return undefined;
    return badOrder('take_profit and stop_loss are for bracket, oco and oto orders');
  }
  if (type === 'trailing_stop') return badOrder('trailing stop orders must be simple orders');
  if (timeInForce !== 'day' && timeInForce !== 'gtc') return badOrder(`${orderClass} orders must be DAY or GTC orders`);
  if (stopLossLimit !== undefined && stopLoss === undefined) return badParameter('stop_loss.stop_price is required');
  if (orderClass === 'oto')
    return (target === undefined) === (stopLoss === undefined)
      ? badParameter('oto orders require either take_profit or stop_loss')
      : undefined;
  if (orderClass === 'oco' && type !== 'limit') return badOrder('oco orders must be limit orders');
  if (target === undefined) return badParameter(`${orderClass} orders require take_profit.limit_price`);
  if (stopLoss === undefined) return badParameter(`${orderClass} orders require stop_loss.stop_price`);
  return undefined;
};

/** The exits lie on their sides: of a group that is entered by buying, the target above and the stop below. */
const exitsLieApart: Rule = ({ side, orderClass, target, stopLoss, limit }) => {
  const isLong = (side === 'buy') !== (orderClass === 'oco');
  if (target !== undefined && stopLoss !== undefined && !(isLong ? target > stopLoss : target < stopLoss))
    return badOrder(`take_profit.limit_price must be ${isLong ? '>' : '<'} stop_loss.stop_price`);
  const base = orderClass === 'oco' ? target : limit;
  return stopLoss === undefined || base === undefined ? undefined : stopDistanceProblem(isLong, stopLoss, base);
};

/** What is wrong with a stop loss beside the price that it is measured by. */
export const stopDistanceProblem = (isLong: boolean, stopLoss: Price, base: Price): Refusal | undefined => {
  if (isLong ? stopLoss <= base - STOP_DISTANCE : stopLoss >= base + STOP_DISTANCE) return undefined;
  return badOrder(`stop_loss.stop_price must be ${isLong ? '<= base_price - 0.01' : '>= base_price + 0.01'}`);
};

const RULES: readonly Rule[] = [pricesFitType, trailIsOne, fractionIsPlain, hoursFit, timeFitsType, classHasLegs, exitsLieApart];
