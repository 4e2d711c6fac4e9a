import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect } from '@jest/globals';
import { itAgainst, referencePath } from '../../../../tools/testing/reference-data.ts';
import { CALENDAR_FIRST, CALENDAR_LAST, FIRST_DAY, LAST_DAY } from './calendar-range.ts';
import { isoDate } from './civil-date.ts';
import { ONE_OFF_DAYS } from './exchange-days.ts';
import { earlyCloseOn, holidayOn, sessionOn, sessionsBetween } from './session-table.ts';

const XNYS = referencePath('specs/xnys_calendar.json');
const LEAN = referencePath('data/meta/lean_market_hours_equity_usa.json');
const DAILY = referencePath('data/daily');

interface NamedDay {
  readonly date: string;
  readonly name: string;
}
interface XnysFile {
  readonly range: readonly [string, string];
  readonly holidays: readonly NamedDay[];
  readonly early_closes: readonly NamedDay[];
  readonly sessions: readonly Readonly<Record<'date' | 'pre_open' | 'open' | 'close' | 'post_close', string>>[];
}
interface LeanFile {
  readonly holidays: readonly string[];
  readonly earlyCloses: Readonly<Record<string, string>>;
}

const xnys = (): XnysFile => JSON.parse(readFileSync(XNYS, 'utf8'));
const lean = (): LeanFile => JSON.parse(readFileSync(LEAN, 'utf8'));

/** The last year that LEAN's file knows. */
const LEAN_LAST = '2028-12-31';

const dates = Array.from({ length: LAST_DAY - FIRST_DAY + 1 }, (_, index) => isoDate(FIRST_DAY + index));
const inCalendar = (date: string): boolean => date >= CALENDAR_FIRST && date <= CALENDAR_LAST;
const named = (of: (date: string) => string | undefined, days: readonly string[]): NamedDay[] =>
  days.flatMap((date) => {
    const name = of(date);
    return name === undefined ? [] : [{ date, name }];
  });

describe('the sessions of exchange_calendars and pandas_market_calendars, 2018 to 2027', () => {
  itAgainst(XNYS, 'are these, to the millisecond', () => {
    const { range, sessions } = xnys();
    const ours = sessionsBetween(...range).map(({ date, preOpen, open, close, postClose }) => [
      date,
      preOpen,
      open,
      close,
      postClose,
    ]);
    const theirs = sessions.map((their) => [
      their.date,
      ...[their.pre_open, their.open, their.close, their.post_close].map((text) => Date.parse(text)),
    ]);
    expect(theirs).toHaveLength(2_513);
    expect(ours).toEqual(theirs);
  });

  itAgainst(XNYS, 'leave out the same holidays and end early on the same days, under the same names', () => {
    const { range, holidays, early_closes } = xnys();
    const covered = dates.filter((date) => date >= range[0] && date <= range[1]);
    expect(named(holidayOn, covered)).toEqual(holidays);
    expect(named(earlyCloseOn, covered)).toEqual(early_closes.map(({ date, name }) => ({ date, name })));
    expect(covered.filter((date) => sessionOn(date)?.earlyClose)).toEqual(early_closes.map(({ date }) => date));
  });
});

/** Where LEAN's file and the exchange's history part, and why the history is followed. */
const LEAN_DIFFERENCES = [
  {
    date: '1998-11-27',
    lean: 'full day',
    why: 'half day after Thanksgiving, kept since 1993; its early closes begin in November 1999',
  },
  { date: '1998-12-24', lean: 'full day', why: 'half day before Christmas; its early closes begin in November 1999' },
  {
    date: '1999-12-31',
    lean: 'full day',
    why: 'closed at 13:00 by decision of the board of 1999-06-03, for the change of the century',
  },
  { date: '2011-01-01', lean: 'holiday', why: 'a Saturday: no session to close, and New Year was not observed on another day' },
  { date: '2017-12-24', lean: 'half day', why: 'a Sunday: no session to shorten' },
  { date: '2022-01-01', lean: 'holiday', why: 'a Saturday: no session to close, and New Year was not observed on another day' },
];

describe("LEAN's market hours, 1998 to 2028", () => {
  const iso = (text: string): string => {
    const [month = '', day = '', year = ''] = text.split('/');
    return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  };

  itAgainst(LEAN, 'name the same holidays and early closes, but for the differences listed', () => {
    const holidays = new Set(lean().holidays.map(iso));
    const earlyCloses = new Map(Object.entries(lean().earlyCloses).map(([text, time]) => [iso(text), time]));
    const theirs = (date: string): string => (holidays.has(date) ? 'holiday' : earlyCloses.has(date) ? 'half day' : 'full day');
    const ours = (date: string): string =>
      holidayOn(date) !== undefined ? 'holiday' : earlyCloseOn(date) !== undefined ? 'half day' : 'full day';
    const different = dates
      .filter((date) => date <= LEAN_LAST && ours(date) !== theirs(date))
      .map((date) => ({ date, lean: theirs(date) }));
    expect(different).toEqual(LEAN_DIFFERENCES.map((difference) => ({ date: difference.date, lean: difference.lean })));
    expect(new Set(earlyCloses.values())).toEqual(new Set(['13:00:00']));
    expect(LEAN_DIFFERENCES.filter(({ why }) => why.length === 0)).toEqual([]);
    expect([...holidays, ...earlyCloses.keys()].filter((date) => date > LEAN_LAST)).toEqual([]);
    expect([...holidays, ...earlyCloses.keys()].some((date) => date > '2028-12')).toBe(true);
  });

  itAgainst(LEAN, 'and the other calendars name the one-off days whose evidence says so, and no others', () => {
    const named = new Set([...lean().holidays, ...Object.keys(lean().earlyCloses)].map(iso));
    const { range, holidays, early_closes } = xnys();
    const theirs = new Set([...holidays, ...early_closes].map(({ date }) => date));
    const says = (what: RegExp): string[] => ONE_OFF_DAYS.filter(({ evidence }) => what.test(evidence)).map(({ date }) => date);
    expect(says(/LEAN(;|$)/)).toEqual(ONE_OFF_DAYS.map(({ date }) => date).filter((date) => named.has(date)));
    expect(says(/XNYS/)).toEqual(ONE_OFF_DAYS.map(({ date }) => date).filter((date) => date >= range[0] && theirs.has(date)));
  });
});

/** Dates of a daily file inside the calendar. */
function datesOf(file: string): string[] {
  const bytes = readFileSync(path.join(DAILY, file));
  const [header = '', ...rows] = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trim().split('\n');
  const column = header.split(',').indexOf('ny_date');
  return rows
    .map((row) => row.split(',')[column] ?? '')
    .map((text) => `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`)
    .filter(inCalendar);
}

describe('daily bars', () => {
  itAgainst(DAILY, 'of the S&P 500 and of single shares lack the one-off days whose evidence says so', () => {
    const files = ['lean_SPY_1d.csv.gz', 'lean_AIG_1d.csv.gz', 'vega_SPX_1d.csv.gz'].map(datesOf);
    const lacking = ONE_OFF_DAYS.filter(({ date }) =>
      files.some((bars) => bars.some((bar) => bar < date) && bars.some((bar) => bar > date) && !bars.includes(date)),
    );
    expect(lacking).toEqual(ONE_OFF_DAYS.filter(({ evidence }) => evidence.includes('no bar')));
  });

  const equities = (): string[] => readdirSync(DAILY).filter((file) => !file.startsWith('cboe_VIX'));

  itAgainst(DAILY, 'of equities and of the S&P 500 are all of sessions', () => {
    const astray = equities().flatMap((file) =>
      datesOf(file).flatMap((date) => (sessionOn(date) === undefined ? [`${file} ${date}`] : [])),
    );
    expect(equities().length).toBeGreaterThan(20);
    expect(astray).toEqual([]);
  });

  itAgainst(DAILY, 'exist for every session from the first to the last, where the file has no gap', () => {
    const complete = equities().filter((file) =>
      /^(lean_(SPY|AAPL|AIG|BAC|IWM|GOOG|WMI)|skender_SPY|vega_SPX|zipline_\w+)_1d/.test(file),
    );
    expect(complete).toHaveLength(13);
    for (const file of complete) {
      const bars = datesOf(file);
      const sessions = sessionsBetween(bars.at(0) ?? '', bars.at(-1) ?? '').map(({ date }) => date);
      expect({ file, bars }).toEqual({ file, bars: sessions });
    }
  });

  // The index is computed in Cboe's global trading hours too: since 2022 also on holidays of the exchange.
  itAgainst(DAILY, 'of the VIX stray from sessions only on holidays since 2022 and on the day of mourning in 2004', () => {
    const [file = ''] = readdirSync(DAILY).filter((name) => name.startsWith('cboe_VIX'));
    const astray = datesOf(file).filter((date) => sessionOn(date) === undefined);
    expect(astray.filter((date) => holidayOn(date) === undefined)).toEqual([]);
    expect(astray.filter((date) => date < '2022-01-01')).toEqual(['2004-06-11']);
  });
});
