import type { z } from 'zod';

/** Longest piece of an input that a message shows: enough to recognise a value, too little to flood a terminal. */
const SHOWN_CHARACTERS_MAX = 80;

/** A value as JSON, cut where it is long. */
export function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}…` : text;
}

/** A zod error as one line per problem: field, what is wrong, and the value that stands there. */
export function problemsOf(error: z.ZodError, input: unknown): string[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => `unknown key ${JSON.stringify([...issue.path, key].join('.'))}`);
    }
    const value = issue.path.reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
      input,
    );
    return [`${issue.path.join('.') || 'the whole'}: ${issue.message}, got ${shortJson(value)}`];
  });
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
