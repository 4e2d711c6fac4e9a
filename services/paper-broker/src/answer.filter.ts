import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'winston';
import { LOGGER } from './exchange-tokens.ts';
import { Refused } from './refused.ts';

/** Answers what went wrong as the vendor does: a refusal with its figures, an address that is not there, a fault of ours. */
@Catch()
export class AnswerFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(@Inject(LOGGER) logger: Logger) {
    this.#logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (error instanceof Refused) reply.code(error.getStatus()).send(error.getResponse());
    else if (error instanceof HttpException && error.getStatus() === 404)
      reply.code(404).send({ message: 'endpoint not found.' });
    else if (error instanceof HttpException) reply.code(error.getStatus()).send({ message: error.message });
    else if (error instanceof RangeError) reply.code(422).send({ code: 42_210_000, message: error.message });
    else {
      this.#logger.error('a request failed', { error });
      reply.code(500).send({ code: 50_010_000, message: 'internal server error occurred' });
    }
  }
}
