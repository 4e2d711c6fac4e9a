/** What the console answered instead of what was asked for. */
export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Asks the console for a document. @throws ConsoleError with the console's own words */
export async function ask<T = unknown>(path: string, signal?: AbortSignal): Promise<T> {
  return (await answered(path, { ...(signal === undefined ? {} : { signal }) })) as T;
}

/** Sends a document to the console. @throws ConsoleError with the console's own words */
export async function tell<T>(path: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<T> {
  const options = { method: 'POST', body: JSON.stringify(body), headers: { ...headers, 'content-type': 'application/json' } };
  return (await answered(path, options)) as T;
}

async function answered(path: string, options: RequestInit): Promise<unknown> {
  const response = await fetch(path, options);
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  throw new ConsoleError(response.status, messageIn(answer) ?? `the console answered ${response.status}`);
}

function messageIn(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('message' in answer)) return undefined;
  const { message } = answer;
  return Array.isArray(message) ? message.join('; ') : String(message);
}

/** The address of a part of a run. */
export const ofRun = (run: string, ...parts: readonly string[]): string =>
  ['/api/runs', run, ...parts].map((part, i) => (i === 0 ? part : encodeURIComponent(part))).join('/');
