import type { ConnectionOptions } from '@nats-io/transport-node';

/**
 * Connection options for a NATS URL: a list separated by commas, each `[nats://|tls://][user:password@|token@]host[:port]`.
 * The client library ignores the credentials in a URL, so they are taken out here. The first credentials found count for all.
 */
export function connectionOptionsOf(url: string): ConnectionOptions {
  const servers: string[] = [];
  let credentials: ConnectionOptions = {};
  let tls = false;
  for (const text of url.split(',').map((part) => part.trim())) {
    if (text === '') continue;
    const parsed = new URL(text.includes('://') ? text : `nats://${text}`);
    tls ||= parsed.protocol === 'tls:';
    servers.push(parsed.host);
    if (credentials.user !== undefined || credentials.token !== undefined) continue;
    const user = decodeURIComponent(parsed.username);
    if (user !== '') credentials = parsed.password === '' ? { token: user } : { user, pass: decodeURIComponent(parsed.password) };
  }
  return { servers, ...credentials, ...(tls ? { tls: {} } : {}) };
}

/** A URL that may be logged. */
export function withoutSecrets(url: string): string {
  return url.replaceAll(/(^|,|\/\/)[^@/,\s]*@/g, '$1');
}
