import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { Role } from '@aitrader/application-console';

/** From the one who may only look to the one who may do everything; each may what those before it may. */
export const ROLES: readonly Role[] = ['viewer', 'operator', 'risk-officer', 'admin'];

export const NEEDS = 'console:needs';
export const OPEN = 'open';

/** The least role that a route is for. A route that says nothing lets nobody in. */
export const Needs = (role: Role): CustomDecorator => SetMetadata(NEEDS, role);
/** A route for who has not come in. */
export const Open = (): CustomDecorator => SetMetadata(NEEDS, OPEN);

export const isAtLeast = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);
