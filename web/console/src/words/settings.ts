/** A figure of a configuration, by the path to it. */
export interface Setting {
  readonly path: string;
  readonly value: string;
}

/** Everything that a document says, one line each. */
export function settingsIn(document: unknown, path = ''): readonly Setting[] {
  if (typeof document !== 'object' || document === null) return [{ path, value: String(document) }];
  if (Array.isArray(document) && document.every((one) => typeof one !== 'object'))
    return [{ path, value: document.length === 0 ? 'none' : document.join(', ') }];
  return Object.entries(document).flatMap(([name, value]: [string, unknown]) =>
    settingsIn(value, path === '' ? name : `${path}.${name}`),
  );
}
