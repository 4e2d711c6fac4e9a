import { BIN_WORDS, type Parity, type ParityLine } from '@aitrader/application-parity';
import { at, money } from '@aitrader/application-wording';
import { cash, dollarsOf } from '@aitrader/model';
import { tableText } from './sweep-text.ts';
import { count } from './terminal.ts';

/** Lines that are shown, those that came to most; `--json` has all. */
const SHOWN_MAX = 12;

const moneyOf = (micros: number): string => money(dollarsOf(cash(micros)));

/** What people read of a run beside its replay. */
export function parityText({ run, equity, differenceMicros, bins, lines, isOtherCode, broker, fills }: Parity): string {
  const rows = bins.map(({ bin, lines: own, costMicros }) => [moneyOf(costMicros), count(own), BIN_WORDS[bin].name]);
  return [
    `${run} with ${broker}: ${count(fills.recorded)} fills, ${count(fills.replayed)} in its replay${isOtherCode ? ', which is by another program' : ''}`,
    `recorded ${money(equity.recorded)}, replayed ${money(equity.replayed)}: ${moneyOf(differenceMicros)}`,
    ...(lines.length === 0
      ? ['no difference']
      : ['', ...tableText(['came to', 'differences', 'cause'], rows), '', ...lineTexts(lines)]),
  ].join('\n');
}

function lineTexts(lines: readonly ParityLine[]): readonly string[] {
  const ranked = lines.toSorted((a, b) => Math.abs(b.costMicros) - Math.abs(a.costMicros)).slice(0, SHOWN_MAX);
  const rest = lines.length - ranked.length;
  return [
    ...ranked.map(({ t, symbol, bin, what, recorded, replayed, costMicros }) =>
      [
        `${at(t)} ${symbol ?? ''} ${BIN_WORDS[bin].name}: ${what}`,
        ...(recorded === '' ? [] : [`recorded ${recorded}, replayed ${replayed}`]),
        moneyOf(costMicros),
      ].join('; '),
    ),
    ...(rest === 0 ? [] : [`and ${count(rest)} more, which --json and the page have`]),
  ];
}
