import { existsSync } from 'node:fs';
import path from 'node:path';
import helmet from '@fastify/helmet';
import files from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { workspaceAround } from '@aitrader/runtime-configuration';

/** The folder of the built page. @throws Error where it was not built */
export function pageFolder(): string {
  const folder = path.join(workspaceAround(import.meta.dirname) ?? import.meta.dirname, 'dist', 'console-web');
  if (!existsSync(path.join(folder, 'index.html')))
    throw new Error(`${folder}: the console's page is not there: npm run build makes it`);
  return folder;
}

/**
 * Serves the page, and says with everything what a browser may do with it.
 *
 * 1. A script runs if it is a file of this console or carries the nonce of its page; none that somebody wrote into it.
 * 2. The page is in no other's frame, and is told to no other site.
 */
export async function servePage(app: NestFastifyApplication): Promise<void> {
  const folder = pageFolder();
  await app.register(helmet, {
    contentSecurityPolicy: false,
    crossOriginEmbedderPolicy: true,
    // whoever puts TLS before the console says this, too
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
  });
  await app.register(files, { root: folder, index: false, wildcard: false, immutable: true, maxAge: '365d' });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', contentPolicy(undefined));
  });
}

export const contentPolicy = (nonce: string | undefined): string => {
  const own = nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`;
  return [
    "default-src 'none'",
    `script-src ${own}`,
    `style-src ${own}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
};
