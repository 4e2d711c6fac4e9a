/** Builds what has changed since the last build, by the Node at `node`. Returns what went wrong, or undefined. */
export function buildIfStale(root: string, node: string): string | undefined;
