import { momentAt, newCalendarCursor, sessionsBetween } from '@aitrader/core-sessions';
import { epochMs, item } from '@aitrader/model';
import {
  followBar,
  growHorizonLaws,
  type HorizonLaw,
  type HorizonLaws,
  lawOver,
  newHorizonLaw,
  newHorizonLaws,
} from '../src/index.ts';

/** Sessions of a walk. */
export const SESSIONS = 100;
const CALENDAR = sessionsBetween('2023-01-03', '2023-12-29').filter(({ open, close }) => close - open === 390 * 60_000);

/** A bar of a walk: its session, counted from 0, the minute that it closes in, and its close. */
export interface Minute {
  readonly session: number;
  readonly minute: number;
  readonly close: number;
}

/** A generator of normal deviates, the same for the same seed. */
function normals(seed: number): { readonly uniform: () => number; readonly normal: () => number } {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()) };
}

interface Walk {
  /** share of the minutes that have a bar */
  readonly density: number;
  /** of the log return of a minute, and of a night */
  readonly sd: number;
  readonly night?: number;
  readonly seed: number;
}

/** A random walk by minutes, of which only some are seen. */
export function walk({ density, sd, night = 0, seed }: Walk): Minute[] {
  const { uniform, normal } = normals(seed);
  const minutes: Minute[] = [];
  let ln = Math.log(100);
  for (let session = 0; session < SESSIONS; session++) {
    ln += night * normal();
    for (let minute = 1; minute <= 390; minute++) {
      ln += sd * normal();
      if (uniform() < density) minutes.push({ session, minute, close: Math.exp(ln) });
    }
  }
  return minutes;
}

/** Laws of one symbol, followed bar by bar. */
export function newFollowed(horizons: readonly number[], laws: HorizonLaws = newHorizonLaws(horizons)) {
  growHorizonLaws(laws, 1);
  const cursor = newCalendarCursor();
  const at = (session: number, minute: number) => {
    const t = epochMs(item(CALENDAR, session).open + minute * 60_000);
    return { timeframe: '1m', t, moment: momentAt(cursor, t) } as const;
  };
  let last = at(0, 1);
  return {
    laws,
    at,
    bar(session: number, minute: number, close: number, variance: number): void {
      last = at(session, minute);
      followBar(laws, 0, { ...last, close }, variance);
    },
    /** the law from the last bar on */
    law(h: number): HorizonLaw | undefined {
      const law = newHorizonLaw();
      return lawOver(laws, 0, h, last, law) ? law : undefined;
    },
  };
}
