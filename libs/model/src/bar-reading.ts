/** Whether the time of a bar in a file is that of its start or of its end. */
export const STAMPS = ['start', 'end'] as const;
export type Stamp = (typeof STAMPS)[number];
