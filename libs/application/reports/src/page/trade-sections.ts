import { closeText, dataTable, fixed, html, NOTHING, whole, type Content, type Html } from '@aitrader/application-pages';
import type { AccountHistory } from '../account-history.ts';
import type { RoundTrip } from '../round-trips.ts';
import type { AccountReport } from '../run-report.ts';
import { histogramChart } from './bar-chart.ts';
import { candleChart } from './candle-chart.ts';
import { tradesTables } from './figures.ts';
import { stateFanChart } from './state-fan-chart.ts';
import { money, NONE, percent } from './words.ts';

/** Symbols whose prices are drawn, those that were traded most; the others are in the tables alone. */
const DRAWN_SYMBOLS_MAX = 12;
/** Trades that are listed on the page; the files beside it have all. */
const LISTED_TRADES_MAX = 500;
const CENT = 100;

/** What trades came to. */
export function tradesSection(report: AccountReport, { trips }: AccountHistory): Content {
  const over = trips.filter(({ held }) => held === 0);
  if (trips.length === 0) return html`<p>Nothing was entered.</p>`;
  return [
    html`<div class="pair">
      ${histogramChart({
        id: 'profit-bins',
        title: 'Profit of trades, dollars',
        description: 'How many trades came to which profit.',
        values: over.map(({ profit }) => profit),
        ...{ digits: 0, unit: '' },
      })}
      ${histogramChart({
        id: 'worst-bins',
        title: 'Furthest against the entry, per cent of it',
        description: 'How far prices went against trades while they were held.',
        values: over.map(({ worst }) => CENT * worst),
        ...{ digits: 2, unit: ' %' },
      })}
    </div>`,
    ...tradesTables(report),
    tradeList(trips),
  ];
}

function tradeList(trips: readonly RoundTrip[]): Html {
  const shown = trips.slice(-LISTED_TRADES_MAX);
  const rest = trips.length - shown.length;
  return dataTable({
    caption:
      rest === 0
        ? 'Every trade'
        : `The last ${whole(shown.length)} trades; the files beside the page have all ${whole(trips.length)}`,
    header: [
      'entered',
      'symbol',
      'strategy',
      'side',
      'shares',
      'entry',
      'exit',
      'minutes',
      'profit',
      'return',
      'worst',
      'best',
      'left by',
    ],
    rows: shown.map(
      ({
        enteredAt,
        exitedAt,
        symbol,
        strategy,
        side,
        shares,
        entry,
        exit,
        profit,
        held,
        worst,
        best,
        exits,
        reason,
        ...trip
      }): Content[] => [
        closeText(enteredAt, '1m'),
        symbol,
        strategy ?? 'operator',
        side === 'buy' ? 'long' : 'short',
        shares,
        fixed(entry, 4),
        exit === null ? NONE : fixed(exit, 4),
        exitedAt === null ? NONE : whole(Math.round((exitedAt - enteredAt) / MS_PER_MINUTE)),
        held === 0 ? money(profit) : NONE,
        percent(trip.return),
        percent(worst),
        percent(best),
        held === 0 ? `${exits.join(', ')}${reason === '' ? '' : ` (${reason})`}` : `held still: ${held}`,
      ],
    ),
  });
}

const MS_PER_MINUTE = 60_000;

/** Prices of the symbols that were traded most, with what was entered and left. */
export function pricesSection({ bySymbol }: AccountReport, { trips, candlesOf }: AccountHistory): Content {
  const most = [...bySymbol].sort((a, b) => b.trades + b.open - (a.trades + a.open)).slice(0, DRAWN_SYMBOLS_MAX);
  if (most.length === 0) return html`<p>Nothing was entered.</p>`;
  const left = bySymbol.length - most.length;
  return [
    most.map(({ symbol }, i) => {
      const own = trips.filter((trip) => trip.symbol === symbol);
      const candles = own[0] === undefined ? undefined : candlesOf(own[0].symbol);
      return candles === undefined ? NOTHING : candleChart(`prices-${i + 1}`, symbol, candles, own);
    }),
    left === 0 ? NOTHING : html`<p class="facts">${whole(left)} more symbols were traded; the tables have them.</p>`,
  ];
}

/** The same beside what states forecast, by minutes. */
export function fanSection(_: AccountReport, { fans, trips, manifests }: AccountHistory): Content {
  if (fans.length === 0 || manifests.at(-1)?.timeframe === '1d')
    return html`<p>Drawn of symbols by minutes that were traded, in runs of at most a few hundred symbols.</p>`;
  return [
    html`<p class="facts">
      Each close beside what the state of the bar before had forecast of it, as recorded: the symbols and dates with the most
      fills.
    </p>`,
    fans.map((fan, i) => stateFanChart(`fan-${i + 1}`, fan, trips)),
  ];
}
