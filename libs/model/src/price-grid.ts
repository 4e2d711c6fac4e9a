import { PRICE_UNITS_PER_DOLLAR } from './units.ts';

/*
 * Prices that an exchange takes: from one dollar on whole cents, below hundredths of them (Regulation NMS, Rule 612).
 */
const CENT = PRICE_UNITS_PER_DOLLAR / 100;

/** The step of the grid at a price, in units of 1e-4 dollar. */
export const priceStepAt = (units: number): number => (units >= PRICE_UNITS_PER_DOLLAR ? CENT : 1);
