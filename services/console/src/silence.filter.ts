import { Catch, ServiceUnavailableException, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { RecordsDiffer } from '@aitrader/application-supervision';
import { isUnanswered } from '@aitrader/runtime-bus';

const SILENT = 'the bus does not answer: what was read before stands as it was, and whether a command was recorded is not known';

/** What is away is said to be away, as 503 in words: nobody takes it for a fault of the console, or for an answer. */
@Catch()
export class SilenceFilter extends BaseExceptionFilter {
  override catch(error: unknown, host: ArgumentsHost): void {
    super.catch(toldOf(error), host);
  }
}

function toldOf(error: unknown): unknown {
  if (isUnanswered(error)) return new ServiceUnavailableException(SILENT, { cause: error });
  if (error instanceof RecordsDiffer) return new ServiceUnavailableException(error.message, { cause: error });
  return error;
}
