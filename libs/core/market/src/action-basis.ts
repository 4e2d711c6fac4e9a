import { cash, type Adjustment, type CorporateAction, type Ticker } from '@aitrader/model';
import { inOrderOfForce } from './corporate-actions.ts';

/*
 * Which actions a series of prices still has to follow, by what it was adjusted for afterwards.
 *
 * | series  | split                         | dividend, spin-off            | symbols |
 * | ------- | ----------------------------- | ----------------------------- | ------- |
 * | raw     | follows                       | follows                       | follows |
 * | split   | has it: shares are today's    | follows, in today's shares    | follows |
 * | all     | has it                        | has it                        | follows |
 * | unknown | refused                       | refused                       | follows |
 */

/** An action that prices of an unknown basis may or may not contain: a run over them would have to guess. */
export interface UnknownBasis {
  readonly error: 'BASIS_UNKNOWN';
  readonly action: CorporateAction;
}

const isOfPrices = ({ kind }: CorporateAction): boolean => kind === 'split' || kind === 'cash-dividend' || kind === 'spin-off';

/**
 * The actions that prices of a basis follow. Those of a split-adjusted series are said in the shares of its end: what was paid for a share
 * before a later split is that much less for each of the shares that it became, rounded to the unit of cash. So `actions` are to hold every
 * split that the series was adjusted for, those after its last bar too. `isWithin` says whether an action falls between bars of the series.
 */
export function actionsOfBasis(
  actions: readonly CorporateAction[],
  basis: Adjustment,
  isWithin: (action: CorporateAction) => boolean,
): readonly CorporateAction[] | UnknownBasis {
  switch (basis) {
    case 'raw':
      return actions;
    case 'split':
      return actions.filter(({ kind }) => kind !== 'split').map((action) => inLaterShares(action, actions));
    case 'all':
      return actions.filter((action) => !isOfPrices(action));
    case 'unknown': {
      const action = actions.find((each) => isOfPrices(each) && isWithin(each));
      return action === undefined ? actions.filter((each) => !isOfPrices(each)) : { error: 'BASIS_UNKNOWN', action };
    }
  }
}

function inLaterShares(action: CorporateAction, actions: readonly CorporateAction[]): CorporateAction {
  if (!isOfPrices(action)) return action;
  const parent = laterSplits(action.symbol, action, actions);
  const company = action.kind === 'spin-off' ? laterSplits(action.other, action, actions) : ONE;
  if (parent === ONE && company === ONE) return action;
  const ratio = reduced(
    BigInt(action.newShares) * company.newShares * parent.oldShares,
    BigInt(action.oldShares) * company.oldShares * parent.newShares,
  );
  const shares = action.kind === 'spin-off' ? ratio : { newShares: action.newShares, oldShares: action.oldShares };
  const perShare = (2n * BigInt(action.cash) * parent.oldShares + parent.newShares) / (2n * parent.newShares);
  return { ...action, ...shares, cash: cash(Number(perShare)) };
}

interface Shares {
  readonly newShares: bigint;
  readonly oldShares: bigint;
}
const ONE: Shares = { newShares: 1n, oldShares: 1n };

/** How many shares one of before an action has become by the splits of its instant and after it, under whatever symbols. */
function laterSplits(symbol: Ticker, { exAt }: CorporateAction, actions: readonly CorporateAction[]): Shares {
  let shares = ONE;
  let name = symbol;
  for (const action of [...actions].sort(inOrderOfForce)) {
    if (action.symbol !== name || action.exAt < exAt) continue;
    if (action.kind === 'symbol-change') name = action.other;
    if (action.kind !== 'split') continue;
    const { newShares, oldShares } = action;
    shares = { newShares: shares.newShares * BigInt(newShares), oldShares: shares.oldShares * BigInt(oldShares) };
  }
  return shares;
}

function reduced(newShares: bigint, oldShares: bigint): Pick<CorporateAction, 'newShares' | 'oldShares'> {
  const divisor = commonDivisor(newShares, oldShares);
  return { newShares: Number(newShares / divisor), oldShares: Number(oldShares / divisor) };
}

const commonDivisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : commonDivisor(b, a % b));
