import { z } from 'zod';
import type { ApiBodyOptions } from '@nestjs/swagger';
import { addsRisk, commandSchema, type CommandBody, type Role } from '@aitrader/application-console';

/** Header that names a command. */
export const COMMAND_KEY = 'idempotency-key';

/** The same for the document of the interface. */
export const bodyDocument = { schema: z.toJSONSchema(commandSchema, { io: 'input', target: 'openapi-3.0' }) } as ApiBodyOptions;

/** Who may command what: stopping is for everybody who operates. */
export const neededFor = (body: CommandBody): Role => (addsRisk(body) && body.kind !== 'order' ? 'risk-officer' : 'operator');
