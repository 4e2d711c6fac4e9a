import { item, type AccountForecast, type HoldingsForecast } from '@aitrader/model';
import { cashText } from './figures.ts';

const WHEN = { close: 'by the close', 'next-close': 'by the next close' } as const satisfies Record<
  HoldingsForecast['horizon'],
  string
>;

/** What a forecast says: the central 80 %, the mean loss in the worst 2.5 %, and whose most of that is. */
export function forecastWords({ horizon, quantiles, shortfall, parts }: HoldingsForecast): string {
  const [low, high] = [item(quantiles, 1), item(quantiles, quantiles.length - 2)];
  const [most] = [...parts].sort((a, b) => b.shortfall - a.shortfall);
  const whose = most === undefined || parts.length === 1 ? '' : `, most of it ${most.symbol} (${cashText(most.shortfall)})`;
  return `${WHEN[horizon]} from ${cashText(low)} to ${cashText(high)} in 80 %; the worst 2.5 % lose ${cashText(shortfall)}${whose}`;
}

/** All that an account forecasts of itself. */
export const accountForecastWords = ({ forecasts }: Pick<AccountForecast, 'forecasts'>): readonly string[] =>
  forecasts.map(forecastWords);
