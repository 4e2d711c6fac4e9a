import { Catch, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { throwError, type Observable } from 'rxjs';

/**
 * Hands on an error of an interval as it is. Nest's own filter would put "Internal server error" in its place, and the process could
 * not end with the code that belongs to it. HTTP errors are answered as always. It comes after all filters of a service.
 */
@Catch()
export class StopOnErrorFilter extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): Observable<never> | void {
    if (host.getType() === 'rpc') return throwError(() => exception);
    // oxlint-disable-next-line promise/valid-params -- a filter's method, not a promise's
    super.catch(exception, host);
  }
}
