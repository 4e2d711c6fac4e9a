// Errors of Node's own modules may come from another realm than ours, where `instanceof Error` is false: these ask the value.

interface Thrown {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

/** The fields of a thrown value; none when it is not an object. */
export function thrown(value: unknown): Thrown {
  return typeof value === 'object' && value !== null ? value : {};
}

/** The message of a thrown value, whatever was thrown. */
export function messageOf(value: unknown): string {
  const { message } = thrown(value);
  return typeof message === 'string' ? message : String(value);
}

/** Whether a thrown value carries that code, such as `ENOENT`. */
export function hasErrorCode(value: unknown, code: string): boolean {
  return thrown(value).code === code;
}
