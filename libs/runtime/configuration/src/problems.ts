import type { z } from 'zod';

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
    return [`${issue.path.join('.') || 'the whole'}: ${issue.message}, got ${JSON.stringify(value) ?? 'nothing'}`];
  });
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
