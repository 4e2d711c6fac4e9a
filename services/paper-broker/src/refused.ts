import { HttpException } from '@nestjs/common';
import type { Refusal } from '@aitrader/core-exchange';

/** A refusal as an answer: the vendor's status and body. */
export class Refused extends HttpException {
  constructor(refusal: Refusal) {
    super(refusalBody(refusal), refusal.status);
  }
}

/** The body of a refusal: code, message, and the figures that were compared. */
export const refusalBody = ({ code, message, figures }: Refusal): Record<string, unknown> => ({
  ...(code === undefined ? {} : { code }),
  message,
  ...figures,
});
