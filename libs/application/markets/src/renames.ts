import type { CorporateAction } from '@aitrader/model';

/** Changes of symbols of one day that give one another theirs in a ring: no order of them is right. */
export class RenameRingError extends Error {
  override readonly name = 'RenameRingError';
  constructor({ symbol, other }: CorporateAction) {
    super(
      `${symbol} and others exchange their symbols on one day, which is not followed: it becomes ${other}, which becomes another`,
    );
  }
}

/**
 * Actions, each day's changes of symbol in an order in which no company moves into a symbol that another one is still to leave: `META` becomes
 * `METV` before `FB` becomes `META`. A new listing under a symbol that its company leaves that day says nothing more, and is left out.
 * @throws RenameRingError
 */
export function inOrderOfRenames(actions: readonly CorporateAction[]): readonly CorporateAction[] {
  const changes = actions.filter(({ kind }) => kind === 'symbol-change');
  const leaves = (symbol: string, exAt: number): CorporateAction | undefined =>
    changes.find((change) => change.symbol === symbol && change.exAt === exAt);
  const ordered: CorporateAction[] = [];
  const place = (change: CorporateAction, path: readonly CorporateAction[]): void => {
    if (ordered.includes(change)) return;
    if (path.includes(change)) throw new RenameRingError(change);
    const first = leaves(change.other, change.exAt);
    if (first !== undefined) place(first, [...path, change]);
    ordered.push(change);
  };
  for (const change of changes) place(change, []);
  const others = actions.filter(
    ({ kind, symbol, exAt }) => kind !== 'symbol-change' && !(kind === 'new-listing' && leaves(symbol, exAt) !== undefined),
  );
  return [...others, ...ordered];
}
