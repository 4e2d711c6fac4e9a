/*
 * Tables change in three steps: they are made wider, programs of the new kind write what is new and bring over what is there, and only when no program of before is left
 * is what nobody uses taken away.
 *
 * 1. A migration whose name begins with `Expand` leaves every statement of the program before as good as it was: that program works on beside it.
 * 2. Any other migration needs every program to be of its version: one that does not know it refuses the tables.
 */

const EXPANDING = /^Expand[A-Z]/;

/** Whether a program that does not know a migration may work on the tables all the same, by the migration's name. */
export const isExpanding = (name: string): boolean => EXPANDING.test(name);

/** What breaks a program that knows nothing of it, by what it looks like in SQL. */
const BREAKING: readonly (readonly [words: string, pattern: RegExp])[] = [
  ['takes something away', /\bDROP\s+(TABLE|COLUMN|VIEW|MATERIALIZED|SCHEMA|FUNCTION|TYPE|DEFAULT)\b/i],
  ['renames', /\bRENAME\b/i],
  ['changes the type of a column', /\bALTER\s+(COLUMN\s+)?\S+\s+(SET\s+DATA\s+)?TYPE\b/i],
  ['wants what was left out', /\bSET\s+NOT\s+NULL\b/i],
  ['holds rows against a rule that they were written without', /\bADD\s+(CONSTRAINT|CHECK|PRIMARY|FOREIGN|UNIQUE|EXCLUDE)\b/i],
  ['holds rows against a rule that they were written without', /\bCREATE\s+UNIQUE\s+INDEX\b/i],
  ['takes a right away', /\bREVOKE\b/i],
  ['takes rows away', /\b(TRUNCATE|DELETE\s+FROM)\b/i],
];
const ADDED_COLUMN = /\bADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?!CONSTRAINT|CHECK|PRIMARY|FOREIGN|UNIQUE|EXCLUDE)[^,;]*/gi;

/** What in the statements of a migration would break the program before, in words; nothing where it only widens. */
export function breakingIn(statements: readonly string[]): readonly string[] {
  return statements.flatMap((statement) => [
    ...BREAKING.filter(([, pattern]) => pattern.test(statement)).map(([words]) => `${words}: ${statement}`),
    ...[...statement.matchAll(ADDED_COLUMN)]
      .filter(([column]) => /\bNOT\s+NULL\b/i.test(column) && !/\b(DEFAULT|GENERATED)\b/i.test(column))
      .map(() => `adds a column that has to be said and has no default: ${statement}`),
  ]);
}
