/** Whether a pair of keys opens the exchange: one that was configured, or without any, each that is not empty. */
export function areKeysKnown(known: ReadonlyMap<string, string> | undefined, id: unknown, secret: unknown): boolean {
  if (typeof id !== 'string' || typeof secret !== 'string' || id === '' || secret === '') return false;
  return known === undefined || known.get(id) === secret;
}
