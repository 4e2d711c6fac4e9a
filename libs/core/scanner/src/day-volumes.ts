import { read } from '@aitrader/model';

/** Volumes of each symbol on the last days up to one time of the day: a ring of `days` numbers a slot. NaN where nothing is known. */
export interface DayVolumes {
  readonly days: number;
  values: Float64Array;
  /** days taken in so far */
  count: number;
}

export const newDayVolumes = (days: number, slots: number): DayVolumes => ({
  days,
  values: new Float64Array(days * slots).fill(NaN),
  count: 0,
});

/** Makes room for more slots; the new ones know nothing. */
export function growVolumes(ring: DayVolumes, slots: number): void {
  const values = new Float64Array(ring.days * slots).fill(NaN);
  values.set(ring.values);
  ring.values = values;
}

/** Takes in a day: the first `slots` volumes of a column. */
export function addDay(ring: DayVolumes, volume: Float64Array, slots: number): void {
  const day = ring.count % ring.days;
  for (let slot = 0; slot < slots; slot++) ring.values[slot * ring.days + day] = read(volume, slot);
  ring.count += 1;
}

/** Drops what is known of a symbol: its shares are others now. */
export const forgetVolumes = ({ values, days }: DayVolumes, slot: number): void =>
  void values.fill(NaN, slot * days, (slot + 1) * days);

/** The mean of a symbol's days; NaN when fewer than `daysMin` are known. Added up anew each time, so that it depends on them alone. */
export function meanVolume({ values, days }: DayVolumes, slot: number, daysMin: number): number {
  let sum = 0;
  let known = 0;
  const end = (slot + 1) * days;
  for (let at = slot * days; at < end; at++) {
    const volume = read(values, at);
    if (volume !== volume) continue;
    sum += volume;
    known += 1;
  }
  return known >= daysMin ? sum / known : NaN;
}
