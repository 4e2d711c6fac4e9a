/*
 * Who uses the database, and what each may.
 *
 * 1. owner: makes and changes the tables; nothing that runs all day connects as it.
 * 2. journal: adds rows, and changes those few that say how something stands; it deletes nothing, and changes no fact.
 * 3. console: reads.
 */
export const ROLES = ['owner', 'journal', 'console'] as const;
export type Role = (typeof ROLES)[number];

/** The name of a role at the server. */
export const roleName = (role: Role): string => `aitrader_${role}`;

export const DATABASE_NAME = 'aitrader';
