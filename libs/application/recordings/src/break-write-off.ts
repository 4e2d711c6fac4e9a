import { openBreaks, positionOf, type OrderManagerState } from '@aitrader/core-execution';
import { quantity, type Manifest, type Price, type WriteOff } from '@aitrader/model';
import type { Bus } from '@aitrader/runtime-bus';
import { executionKnown } from './reconciliation.ts';

/** Why nothing can be written off. */
export interface NoWriteOff {
  readonly problem: string;
}

/** What is to be written off of a break of a run's account as it is recorded to stand now, each share at a price. */
export async function writeOffOf(bus: Bus, manifest: Manifest, about: string, price: Price): Promise<WriteOff | NoWriteOff> {
  if (manifest.config.broker === null) return { problem: `${manifest.run} has no broker whose account could differ` };
  return writeOffIn(await executionKnown(bus, manifest), about, price);
}

/** The same of what execution knows: shares that the books have, and the account does not. */
export function writeOffIn(manager: OrderManagerState, about: string, price: Price): WriteOff | NoWriteOff {
  const open = openBreaks(manager);
  const broken = open.find(({ id }) => id === about);
  if (broken === undefined) {
    const others = open.length === 0 ? 'none is open' : `open: ${open.map(({ id }) => id).join(', ')}`;
    return { problem: `there is no break ${about} to write off; ${others}` };
  }
  const { kind, symbol, quantity: beyond } = broken;
  if (kind !== 'position' || symbol === null) return { problem: `${about} is of no position: there are no shares to write off` };
  const held = positionOf(manager, symbol);
  if (beyond < 0 === held > 0 && Math.abs(beyond) <= Math.abs(held)) return { symbol, quantity: quantity(-beyond), price };
  const otherwise = "close-break alone takes that as another's, and adopt lets the symbol be entered beside it";
  return { problem: `${about}: the account has more than the books: ${otherwise}` };
}
