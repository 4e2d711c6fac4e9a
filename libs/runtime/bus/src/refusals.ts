import { PermissionViolationError } from '@nats-io/transport-node';
import type { Bus } from './connection.ts';

/** This process tried what its account on the bus may not do: it is not the service that its key says, or has a defect. */
export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError';
}

/** Tells of everything that the bus refuses to this connection from now on, until it is closed. The server logs each of them, too. */
export async function watchRefusals({ nc, principal }: Bus, refused: (error: NotAllowedError) => void): Promise<void> {
  for await (const status of nc.status()) {
    if (status.type !== 'error' || !(status.error instanceof PermissionViolationError)) continue;
    const { operation, subject } = status.error;
    refused(new NotAllowedError(`the bus does not let ${principal} ${operation} ${subject}`, { cause: status.error }));
  }
}
