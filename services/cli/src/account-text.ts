import {
  tradeFiguresOf,
  type AccountReport,
  type CostsByKind,
  type DailyAccount,
  type RoundTrip,
} from '@aitrader/application-reports';
import { fixed, money } from '@aitrader/application-wording';
import { newYorkDate } from '@aitrader/core-sessions';
import { item } from '@aitrader/model';
import { clockOf } from './paper-view.ts';
import { count, percent } from './terminal.ts';
import { tableText } from './sweep-text.ts';

const PRICE_DIGITS = 4;
const NOTHING = '–';

/** What people read of trades: a line each, and what they came to. */
export function tradesText(trips: readonly RoundTrip[]): string {
  if (trips.length === 0) return 'nothing was entered';
  const { trades, open, won, winRate, profit, fees, profitFactor, entryCost } = tradeFiguresOf(trips);
  const rest = [
    winRate === null ? '' : `, ${count(won)} won (${percent(winRate)})`,
    profitFactor === null ? '' : `, profit factor ${fixed(profitFactor, 2)}`,
    open === 0 ? '' : `; ${count(open)} still open`,
  ].join('');
  return [
    ...tableText(HEADS, trips.map(rowOf)),
    '',
    `${count(trades)} trades came to ${money(profit)}${rest}`,
    `fees ${money(fees)}; entries cost ${money(entryCost)} against the closes that they were decided on`,
  ].join('\n');
}

const HEADS = [
  'entered, New York',
  'symbol',
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
];
const MS_PER_MINUTE = 60_000;

function rowOf({
  enteredAt,
  exitedAt,
  symbol,
  side,
  shares,
  entry,
  exit,
  profit,
  worst,
  best,
  exits,
  reason,
  ...trip
}: RoundTrip): readonly string[] {
  const why = reason === '' ? '' : ` (${reason})`;
  return [
    `${newYorkDate(enteredAt)} ${clockOf(enteredAt)}`,
    symbol,
    side === 'buy' ? 'long' : 'short',
    String(shares),
    fixed(entry, PRICE_DIGITS),
    exit === null ? NOTHING : fixed(exit, PRICE_DIGITS),
    exitedAt === null ? NOTHING : count((exitedAt - enteredAt) / MS_PER_MINUTE),
    trip.held === 0 ? money(profit) : NOTHING,
    trip.return === null ? NOTHING : percent(trip.return),
    percent(worst),
    percent(best),
    exits.length === 0 ? `held still: ${trip.held}` : `${exits.join(', ')}${why}`,
  ];
}

/** What people read of an account by trade date. */
export function dailyText({ dates, equity, returns, exposureMost }: DailyAccount, startEquity: number): string {
  const rows = dates.map((date, i) => [date, money(item(equity, i)), percent(item(returns, i)), percent(item(exposureMost, i))]);
  return [
    `begun with ${money(startEquity)}`,
    '',
    ...tableText(['trade date', 'equity', 'return', 'exposure at most'], rows),
  ].join('\n');
}

/** Beside what luck gives the best of many. */
const deflatedText = (deflated: AccountReport['deflated']): string =>
  deflated === null || deflated.probability === null
    ? ''
    : `, above the luck of the best of ${count(deflated.trials)} with ${percent(deflated.probability)}`;

/** What fills cost by kind, and what is not known of it. */
function costsByKindLines({ fills, spread, slippage, impact, fees, loans, notKnown }: CostsByKind): string[] {
  const parts = `spread ${money(spread)}, slippage ${money(slippage)}, impact ${money(impact)}, fees ${money(fees)}, loans of shares ${money(loans)}`;
  const known = fills === 0 ? [] : [`by kind    ${count(fills)} fills: ${parts}`];
  if (notKnown.fills === 0) return known;
  return [...known, `not known  of ${count(notKnown.fills)} fills, charged ${money(notKnown.fees)}: ${notKnown.why.join(' ')}`];
}

/** The first figures of a report. */
export function reportLines({
  runs,
  from,
  to,
  equity,
  performance,
  deflated,
  trades,
  benchmark,
  exposure,
  breakEvenBp,
  costs,
  summary,
}: AccountReport): string {
  const ratio = (value: number | null): string => (value === null ? NOTHING : fixed(value, 2));
  const share = (value: number | null): string => (value === null ? NOTHING : percent(value));
  return [
    `report     ${runs.join(', ')}: ${count(performance.dates)} trade dates, ${from} to ${to}`,
    `equity     ${money(equity.start)} → ${money(equity.end)} (${share(performance.totalReturn)}); the universe held ${share(benchmark.performance.totalReturn)}`,
    `risk       Sharpe ${ratio(performance.sharpe)} (above 0 with ${share(performance.probabilisticSharpe)}${deflatedText(deflated)}), deepest fall ${share(summary.maxDrawdown)}, exposure ${share(exposure.mean)}, at most ${share(exposure.most)}`,
    `trades     ${count(trades.trades)}, ${share(trades.winRate)} won, profit factor ${ratio(trades.profitFactor)}, expectancy ${trades.expectancy === null ? NOTHING : money(trades.expectancy)}`,
    `costs      fees ${money(trades.fees)}, entries ${money(trades.entryCost)}; ${breakEvenBp === null ? 'nothing was gained that more of them could take' : `${fixed(breakEvenBp, 2)} bp more of all that was traded would have taken the gain`}`,
    ...costsByKindLines(costs),
  ].join('\n');
}
