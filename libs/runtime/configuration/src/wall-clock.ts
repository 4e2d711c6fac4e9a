import { z } from 'zod';
import { ConfigurationError } from './configuration-error.ts';
import { problemsOf } from './problems.ts';

/** The clock on the wall, or one for rehearsals that shows another day and may go faster. */
export interface WallClock {
  /** epoch ms */
  readonly now: () => number;
  /** how long a stretch of its time takes, in ms of a real clock */
  readonly realMs: (ms: number) => number;
}

const schema = z.strictObject({
  /** what it shows … */
  shows: z.iso.datetime({ offset: true }),
  /** … at this instant of the real one, epoch ms: processes that start later see the same clock */
  at: z.int().min(0),
  speed: z.number().min(0.1).max(1_000),
});

/**
 * The clock that AITRADER_CLOCK describes, for rehearsals against a vendor that is simulated: `{"shows": "2024-07-02T09:00:00-04:00",
 * "at": 1795904124862, "speed": 30}`; without it the real one. @throws ConfigurationError
 */
export function wallClock(env: Readonly<Record<string, string | undefined>>): WallClock {
  const text = env['AITRADER_CLOCK'];
  if (text === undefined || text === '') return { now: () => Date.now(), realMs: (ms) => ms };
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError('AITRADER_CLOCK', [`not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new ConfigurationError('AITRADER_CLOCK', problemsOf(parsed.error, given));
  const { shows, at, speed } = parsed.data;
  const from = Date.parse(shows);
  return { now: () => Math.floor(from + (Date.now() - at) * speed), realMs: (ms) => ms / speed };
}
