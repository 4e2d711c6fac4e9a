/** Whether the time of a bar in a file is that of its start or of its end. */
export const STAMPS = ['start', 'end'] as const;
export type Stamp = (typeof STAMPS)[number];

/** Which comes first in a date that stands as two numbers and a year: the day or the month. */
export const DATE_ORDERS = ['dmy', 'mdy'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];
