import { html, tableOf, whole, type Content } from '@aitrader/application-pages';
import type { CostSums } from '../fill-costs.ts';
import type { AccountReport } from '../run-report.ts';
import { money, NONE, ratio } from './words.ts';

/** What fills cost, by kind and by leg, and what is not known of it. */
export function costsByKindTable({ costs, trades }: AccountReport): Content {
  const { legs, notKnown } = costs;
  const all = ({ spread, slippage, impact, fees, loans }: CostSums): number => spread + slippage + impact + fees + loans;
  const bp = (sums: CostSums): string => (trades.turnover > 0 ? ratio((all(sums) / trades.turnover) * BASIS_POINTS) : NONE);
  const rowOf = (name: string, sums: CostSums): Content[] => [
    name,
    whole(sums.fills),
    ...[sums.spread, sums.slippage, sums.impact, sums.fees, sums.loans, all(sums)].map((dollars) => money(dollars)),
    bp(sums),
  ];
  const table = tableOf({
    caption: 'What fills cost, by kind: beside the price that stood when they came to the market',
    header: ['fills', 'count', 'spread', 'slippage', 'impact', 'fees', 'loans of shares', 'all', 'bp of all that was traded'],
    rows: [...legs.map(({ leg, ...sums }) => rowOf(leg, sums)), rowOf('all of them', costs)],
  });
  if (notKnown.fills === 0) return table;
  const note = html`<p class="facts">
    Of ${whole(notKnown.fills)} fills, charged ${money(notKnown.fees)}, no more is known. ${notKnown.why.join(' ')}
  </p>`;
  return costs.fills === 0 ? note : [table, note];
}

const BASIS_POINTS = 10_000;
