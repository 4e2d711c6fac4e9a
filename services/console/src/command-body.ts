import { BadRequestException } from '@nestjs/common';
import { z } from 'zod';
import type { ApiBodyOptions } from '@nestjs/swagger';
import { addsRisk, operatorSchema, type CommandBody, type Role } from '@aitrader/application-console';

/** Header that names a command. */
export const COMMAND_KEY = 'idempotency-key';

/** A schema for the document of the interface. */
export const documentOf = (schema: z.ZodType): ApiBodyOptions =>
  ({ schema: z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0' }) }) as ApiBodyOptions;

/** The schema of commands for the document of the interface. */
export const bodyDocument = documentOf(operatorSchema);

/** Who may command what: stopping is for everybody who operates. */
export const neededFor = (body: CommandBody): Role => (addsRisk(body) && body.kind !== 'order' ? 'risk-officer' : 'operator');

/** What a schema makes of a body. @throws BadRequestException with every problem, and where it is */
export function parsedBody<T>(schema: z.ZodType<T>, given: unknown): T {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new BadRequestException(result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`));
}
