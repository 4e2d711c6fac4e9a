const ZONE = 'America/New_York';
const parts = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-CA', { timeZone: ZONE, hourCycle: 'h23', ...options });
const CLOCK = parts({ hour: '2-digit', minute: '2-digit' });
const SECONDS = parts({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DATE = parts({ year: 'numeric', month: '2-digit', day: '2-digit' });
const DAY = parts({ weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit' });

/** The time of day in New York, as in 09:31. */
export const clock = (t: number): string => CLOCK.format(t);
export const clockSeconds = (t: number): string => SECONDS.format(t);
const MS_DIGITS = 3;
/** The time of day to the millisecond, as in 09:31:00.250. */
export const clockMillis = (t: number): string => `${clockSeconds(t)}.${String(Math.floor(t) % 1_000).padStart(MS_DIGITS, '0')}`;
/** The date in New York, as in 2024-07-02. */
export const date = (t: number): string => DATE.format(t);
export const dateAndClock = (t: number): string => `${date(t)} ${clock(t)}`;
/** With the day of the week, as in Tue 2024-07-02. */
export const dayOfWeek = (t: number): string =>
  DAY.format(t)
    .replace(',', '')
    .replace(/\.(?= )/, '');
export const utc = (t: number): string => `${new Date(t).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const [SECOND, MINUTE, HOUR, DAY_MS] = [1_000, 60_000, 3_600_000, 86_400_000];

/** How long something is ago, or lasts, in its largest two units. */
export function duration(ms: number): string {
  const [whole, two] = [Math.max(0, Math.floor(ms)), (n: number): string => String(n).padStart(2, '0')];
  if (whole < MINUTE) return `${Math.floor(whole / SECOND)} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${two(Math.floor((whole % MINUTE) / SECOND))} s`;
  if (whole < DAY_MS) return `${Math.floor(whole / HOUR)} h ${two(Math.floor((whole % HOUR) / MINUTE))} min`;
  return `${Math.floor(whole / DAY_MS)} d ${Math.floor((whole % DAY_MS) / HOUR)} h`;
}

/** The instant of a time of day in New York on a date there, both as they are written; undefined of what is none. */
export function instantOf(day: string, time: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !/^\d{2}:\d{2}$/.test(time)) return undefined;
  const asUtc = Date.parse(`${day}T${time}:00Z`);
  if (Number.isNaN(asUtc)) return undefined;
  // New York is behind by four hours in summer and by five in winter
  return [4, 5].map((hours) => asUtc + hours * HOUR).find((t) => dateAndClock(t) === `${day} ${time}`);
}
