import type { VendorCapability } from './vendor-bars.ts';

const KEY = /^[\x21-\x7e]{1,256}$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Thrown before anything is asked: a key is missing, or cannot be one. Names the variable, never the value. */
export class VendorKeysError extends Error {
  override readonly name = 'VendorKeysError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The keys of a vendor, in the order in which it declares them. @throws VendorKeysError naming what is missing, and what works without */
export function keysOf({ title, keys }: VendorCapability, env: Environment): readonly string[] {
  const missing = keys.filter((name) => (env[name] ?? '').trim() === '');
  if (missing.length > 0)
    throw new VendorKeysError(
      `${title} wants ${keys.join(' and ')} in the environment, and ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set. ` +
        'Without keys there are --vendor yahoo, your own bar files, and the built-in market (--bars sample).',
    );
  return keys.map((name) => {
    const value = (env[name] ?? '').trim();
    if (!KEY.test(value))
      throw new VendorKeysError(`${name} cannot be a key of ${title}: it has blanks, or characters that no key has`);
    return value;
  });
}

/**
 * Where a vendor is asked; keys leave the machine over TLS alone. Without a slash at its end.
 * @throws VendorKeysError for what is no such URL
 */
export function baseUrlOf({ baseUrl: { variable, url } }: VendorCapability, env: Environment): string {
  const text = (env[variable] ?? '').trim() || url;
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && LOOPBACK.test(parsed.hostname));
  if (parsed === undefined || !isSafe || parsed.username !== '' || parsed.search !== '' || parsed.hash !== '')
    throw new VendorKeysError(`${variable} is to be the base of https URLs (http for this machine alone), such as ${url}`);
  return parsed.href.replace(/\/+$/, '');
}
