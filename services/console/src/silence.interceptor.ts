import {
  Injectable,
  ServiceUnavailableException,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { catchError, throwError, type Observable } from 'rxjs';
import { RecordsDiffer } from '@aitrader/application-supervision';
import { isUnanswered } from '@aitrader/runtime-bus';

const SILENT = 'the bus does not answer: what was read before stands as it was, and whether a command was recorded is not known';

/** An error as it is answered: what is away is said to be away, as 503 in words, and nobody takes it for a fault of the console. */
export function saidOfSilence(error: unknown): unknown {
  if (isUnanswered(error)) return new ServiceUnavailableException(SILENT, { cause: error });
  if (error instanceof RecordsDiffer) return new ServiceUnavailableException(error.message, { cause: error });
  return error;
}

/** Lets no handler's error out but as {@link saidOfSilence} has it. */
@Injectable()
export class SilenceInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(catchError((error: unknown) => throwError(() => saidOfSilence(error))));
  }
}
