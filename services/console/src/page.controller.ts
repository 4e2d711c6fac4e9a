import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Controller, Get, NotFoundException, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Open } from './access.ts';
import { contentPolicy, pageFolder } from './page.ts';

const NONCE_BYTES = 16;
/** What the built page has in the place of the nonce, which is another one each time. */
const NONCE_PLACE = '__NONCE__';
/** What is no screen of the page. */
const NO_SCREENS = ['/api/', '/assets/'];

/** Every address that is neither the interface's nor a file's is a screen of the page: a link to one can be sent. */
@ApiExcludeController()
@Controller()
export class PageController {
  readonly #page = readFileSync(path.join(pageFolder(), 'index.html'), 'utf8');

  @Open()
  @Get('*')
  page(@Req() { url }: FastifyRequest, @Res() reply: FastifyReply): void {
    if (NO_SCREENS.some((prefix) => url.startsWith(prefix))) throw new NotFoundException(`GET ${url} is not there`);
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    void reply
      .header('content-security-policy', contentPolicy(nonce))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(this.#page.replaceAll(NONCE_PLACE, nonce));
  }
}
