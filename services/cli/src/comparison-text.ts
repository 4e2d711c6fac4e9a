import { STEP_WORDS, STEPS, type AccountReport, type OtherAnswer, type Parting } from '@aitrader/application-reports';
import { at, fixed, foundTwice, money } from '@aitrader/application-wording';
import { tableText } from './sweep-text.ts';
import { count, percent } from './terminal.ts';

const NOTHING = '–';
/** Answers that are shown, and figures of each; `--json` has all. */
const SHOWN_MAX = 8;
const NAME_WIDTH = 12;

const ratio = (value: number | null): string => (value === null ? NOTHING : fixed(value, 2));
const share = (value: number | null): string => (value === null ? NOTHING : percent(value));

const FIGURES: readonly (readonly [name: string, of: (report: AccountReport) => string])[] = [
  ['equity at the end', ({ equity }) => money(equity.end)],
  ['total return', ({ performance }) => share(performance.totalReturn)],
  ['Sharpe ratio', ({ performance }) => ratio(performance.sharpe)],
  ['deepest fall', ({ summary }) => share(summary.maxDrawdown)],
  ['signals', ({ summary }) => count(summary.counts.signals)],
  ['orders', ({ summary }) => count(summary.counts.orders)],
  ['trades', ({ trades }) => count(trades.trades)],
  ['won', ({ trades }) => share(trades.winRate)],
  ['profit factor', ({ trades }) => ratio(trades.profitFactor)],
  ['fees', ({ trades }) => money(trades.fees)],
  ['exposure', ({ exposure }) => share(exposure.mean)],
];

/** What people read of two runs: side by side, where they parted, and by which gates. */
export function comparisonText(parting: Parting, first: AccountReport, second: AccountReport): string {
  const rows = FIGURES.map(([name, of]) => [of(first), of(second), name]);
  return [...tableText([first.runs.at(-1) ?? '', second.runs.at(-1) ?? '', 'what'], rows), '', ...partingLines(parting)].join(
    '\n',
  );
}

function partingLines({ t, step, since, decidedAt, answers, missing }: Parting): readonly string[] {
  const lacks = [
    ...(missing.first === 0 ? [] : [`the first lacks ${count(missing.first)} intervals of the second`]),
    ...(missing.second === 0 ? [] : [`the second lacks ${count(missing.second)} intervals of the first`]),
  ];
  if (t === null || step === null)
    return [lacks.length === 0 ? 'the same in everything' : 'the same in everything that both have', ...lacks];
  return [
    `parted at ${at(t)}, by ${STEP_WORDS[step]}`,
    ...lacks,
    ...STEPS.map(
      (name) =>
        `${STEP_WORDS[name].padEnd(NAME_WIDTH)} ${since[name] === null ? 'the same' : `others from ${at(since[name])} on`}`,
    ),
    ...(decidedAt === null
      ? []
      : ['', `decided otherwise first at ${at(decidedAt)}:`, ...answers.slice(0, SHOWN_MAX).flatMap(answerLines)]),
    ...(answers.length > SHOWN_MAX ? [`and ${count(answers.length - SHOWN_MAX)} more, which --json has`] : []),
  ];
}

function answerLines({ signalId, symbol, first, second, figures }: OtherAnswer): readonly string[] {
  return [
    `  ${signalId}: ${first}, and ${second}`,
    ...figures
      .slice(0, SHOWN_MAX)
      .map(
        ({ gate, ...found }) =>
          `    ${gate.padEnd(NAME_WIDTH + SHOWN_MAX)} ${foundTwice(found.first, found.second, symbol).join('; and ')}`,
      ),
  ];
}
