import type { Reconciliation } from '@aitrader/application-recordings';
import { cashText, ofRun } from '@aitrader/application-wording';
import { cash, quantity, sharesOf } from '@aitrader/model';

const sharesText = (units: number): string => sharesOf(quantity(units)).toLocaleString('en-US', { maximumFractionDigits: 9 });

/** What a recording knows, and what of it the account does not agree with, for people. */
export function reconciliationText(run: string, { known, differences }: Reconciliation): string {
  const { positions, foreign, requests, cashFlow, cash: expected } = known;
  return [
    `${run}: what its recording knows`,
    `  executions came to ${cashText(cashFlow)}${expected === null ? '' : `, so that cash is ${cashText(expected)}`}`,
    ...positions.map(({ symbol, quantity: held }) => `  holds ${sharesText(held)} ${symbol}`),
    ...foreign.map(({ symbol, quantity: held }) => `  ${sharesText(held)} ${symbol} are held beside it`),
    ...requests.map(
      ({ request, symbol, leg, status, open }) => `  ${leg} of ${sharesText(open)} ${symbol} is ${status}  ${request}`,
    ),
    differences.length === 0
      ? 'no differences'
      : `${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}`,
    ...differences.map((one) => `  ${differenceText(one)}`),
  ].join('\n');
}

function differenceText({ kind, symbol, about, run, amount, told }: Reconciliation['differences'][number]): string {
  switch (kind) {
    case 'position':
      return `position: the broker holds ${sharesText(told)} ${symbol ?? ''}, which is ${sharesText(amount)} beyond what is known`;
    case 'stranger':
      return `stranger: ${symbol ?? ''} order ${about ?? ''}${ofRun(run)} is open at the broker, and none that the recording knows of as open`;
    case 'missing':
      return `missing: ${symbol ?? ''} order ${about ?? ''} of ${sharesText(amount)} should be open, and is not`;
    case 'cash':
      return `cash: the broker has ${cashText(cash(told))}, which is ${cashText(cash(amount))} beyond what is explained`;
  }
}
