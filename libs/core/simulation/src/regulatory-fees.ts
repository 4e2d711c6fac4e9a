/*
 * What is charged by law on trades in US stocks, by the trade date, as brokers pass it on.
 *
 * 1. Rates are those of the last row on or before the date: a date that is newer than the table has the newest rates, one that is older
 *    the oldest. Never none; `feesNotKnown` tells of a date that the table does not know all about.
 * 2. Fees are rounded up to the cash unit. (Brokers round the sum of a day up to the cent, which is not known of a single trade.)
 *
 * Section 31 of the Exchange Act: a rate per dollar sold, as the SEC orders it once or twice a year. FINRA's Trading Activity Fee: a rate per
 * share sold up to a most per trade (By-Laws, Schedule A, section 1). The Consolidated Audit Trail: a rate per share bought or sold, from
 * September 2024 on.
 *
 * Held against a source, date and rate: of Section 31 the rows of 2014 (FINRA's information notice of 2014-03-03), 2017, 2019 and 2020 (press on
 * FINRA's notices), 2021 (SEC's advisory of 2021-01-15), 2025 (FINRA's information notice of 2025-04-24); rate alone, 2012 (SEC's advisory of
 * 2012-11-15) and 2016 (FINRA's of 2016-03-15). Of the Trading Activity Fee the rates, not their days (brokers' fee pages; Regulatory Notice
 * 12-06 has the rate before). Of the audit trail 2024 (catnmsplan.com, fee alerts 2024-1 and 2024-2), and from 2025 on the sum that Alpaca passes
 * on (its pages of 2025). The rest is as it was remembered. The audit trail's rates of 2026 and FINRA's from 2027 on could not be looked up.
 */
import { cash, notional, QUANTITY_UNITS_PER_SHARE, type Cash, type Price, type Quantity, type Side } from '@aitrader/model';

/** Rates from a trade date on; `most` where a trade is charged no more. */
interface DatedRate {
  readonly from: string;
  readonly rate: number;
  readonly most?: number;
}

/** Cents per million dollars sold. */
const SECTION_31: readonly DatedRate[] = [
  { from: '2012-04-01', rate: 2240 },
  { from: '2013-05-25', rate: 1740 },
  { from: '2014-03-18', rate: 2210 },
  { from: '2015-02-14', rate: 1840 },
  { from: '2016-02-16', rate: 2180 },
  { from: '2017-07-04', rate: 2310 },
  { from: '2018-05-22', rate: 1300 },
  { from: '2019-04-16', rate: 2070 },
  { from: '2020-02-18', rate: 2210 },
  { from: '2021-02-25', rate: 510 },
  { from: '2022-05-14', rate: 2290 },
  { from: '2023-02-27', rate: 800 },
  { from: '2024-05-22', rate: 2780 },
  { from: '2025-05-14', rate: 0 },
  { from: '2026-04-04', rate: 2060 },
];

/** Cash units (1e-6 dollar) per share sold, and the most of one trade. */
const TRADING_ACTIVITY: readonly DatedRate[] = [
  { from: '2012-07-01', rate: 119, most: 5_950_000 },
  { from: '2022-01-01', rate: 130, most: 6_490_000 },
  { from: '2023-01-01', rate: 145, most: 7_270_000 },
  { from: '2024-01-01', rate: 166, most: 8_300_000 },
  { from: '2026-01-01', rate: 195, most: 9_790_000 },
];

/** Tenths of a cash unit (1e-7 dollar) per share, bought or sold. */
const AUDIT_TRAIL: readonly DatedRate[] = [
  { from: '2012-07-01', rate: 0 },
  { from: '2024-09-01', rate: 350 },
  { from: '2024-10-01', rate: 480 },
  { from: '2025-01-01', rate: 460 },
  { from: '2025-07-01', rate: 265 },
];

/** Trade dates of which every rate is known. */
const KNOWN_FROM = '2012-07-01';
const KNOWN_UNTIL = '2025-12-31';

/** Of a trade date (`YYYY-MM-DD`) whose rates are not all known: which dates are not, `after …` or `before …`; undefined of one that is. */
export function feesNotKnown(date: string): string | undefined {
  if (date < KNOWN_FROM) return `before ${KNOWN_FROM}`;
  return date > KNOWN_UNTIL ? `after ${KNOWN_UNTIL}` : undefined;
}

/** All that is charged by law on one trade of a trade date (`YYYY-MM-DD`), rounded up to the cash unit. */
export function regulatoryFee(side: Side, quantity: Quantity, price: Price, date: string): Cash {
  const audit = shareFee(quantity, rateOn(AUDIT_TRAIL, date).rate, TENTHS);
  if (side === 'buy') return cash(audit);
  const { rate, most = Infinity } = rateOn(TRADING_ACTIVITY, date);
  const activity = Math.min(shareFee(quantity, rate, 1n), most);
  return cash(audit + activity + saleFee(notional(price, quantity), rateOn(SECTION_31, date).rate));
}

const TENTHS = 10n;
const CENTS_PER_MILLION_DOLLARS = 100_000_000n;

const shareFee = (quantity: Quantity, rate: number, parts: bigint): number =>
  Number(dividedUp(BigInt(quantity) * BigInt(rate), BigInt(QUANTITY_UNITS_PER_SHARE) * parts));

const saleFee = (proceeds: Cash, rate: number): number =>
  Number(dividedUp(BigInt(proceeds) * BigInt(rate), CENTS_PER_MILLION_DOLLARS));

const dividedUp = (product: bigint, by: bigint): bigint => (product + by - 1n) / by;

function rateOn(table: readonly DatedRate[], date: string): DatedRate {
  const [first = { from: '', rate: 0 }] = table;
  return table.findLast(({ from }) => from <= date) ?? first;
}
