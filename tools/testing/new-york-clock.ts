const MINUTE_MS = 60_000;
const SHOWN = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
});

/** What clocks in New York show at an instant, `YYYY-MM-DD HH:MM`, by the time zone data of Node: independent of our calendar. */
export const newYorkShows = (ms: number): string => SHOWN.format(ms).replace(', ', ' ');

/** The instant at which clocks in New York show `HH:MM` of a date; the first one of two. */
export function newYorkAt(date: string, time: string): number {
  const utc = Date.parse(`${date}T${time}:00Z`);
  for (const behind of [4, 5]) {
    const ms = utc + behind * 60 * MINUTE_MS;
    if (newYorkShows(ms) === `${date} ${time}`) return ms;
  }
  throw new Error(`clocks in New York do not show ${time} on ${date}`);
}
