import { sampleMarket } from '@aitrader/core-market';
import type { BarSource } from '@aitrader/model';
import type { BarSelection } from './bar-selection.ts';
import type { MarketBars } from './market-bars.ts';
import { selectBars } from './select-bars.ts';

const NAME = 'synthetic sample market';

/**
 * The built-in market, or what is wanted of it; its name says what that is, as a recording has to say what it was made of.
 * @throws ConfigurationError for a symbol or dates of which it has no bars
 */
export function loadSample(selection: BarSelection): { readonly table: MarketBars; readonly source: BarSource } {
  const { from, to, symbols } = selection;
  const parts = [
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(to === undefined ? [] : [`to ${to}`]),
    ...(symbols === undefined ? [] : [`of ${symbols.join(' ')}`]),
  ];
  const source = { name: [NAME, ...parts].join(' '), sha256: '', shape: 'synthetic', adjustment: 'raw' } as const;
  return { table: selectBars(NAME, sampleMarket(), selection), source };
}
