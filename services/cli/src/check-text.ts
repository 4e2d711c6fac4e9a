import type {
  Agreement,
  BarCheck,
  CheckedSession,
  CheckedSymbol,
  DisagreeingBar,
  FlagCounts,
  PhaseCounts,
  QuarantinedBar,
  SplitLikeJump,
} from '@aitrader/application-markets';
import { actionWords, barFlagWords, money } from '@aitrader/application-wording';
import { BAR_FLAG, type CorporateAction } from '@aitrader/model';
import { count, percent } from './terminal.ts';

/** Lines of each list; --json has all. */
const SYMBOLS_MAX = 40;
const SESSIONS_MAX = 10;
const JUMPS_MAX = 10;
const ACTIONS_MAX = 40;

const minute = (t: number): string => new Date(t).toISOString().slice(0, 16).replace('T', ' ');
const share = (part: number, whole: number): string => (whole === 0 ? '–' : percent(part / whole)).padStart(9);

/** A check for people: the series with the least of regular hours first, then the poorest sessions, suspects and jumps. */
export function checkText(name: string, check: BarCheck): string {
  const {
    timeframe,
    from,
    to,
    bars,
    symbols,
    sessions,
    phases,
    flags,
    doubts,
    future,
    quarantined,
    splitLike,
    actions,
    isClean,
  } = check;
  const poorest = [...symbols].sort((a, b) => coverage(a) - coverage(b));
  const thin = sessions.filter((session) => coverage(session) < 1).sort((a, b) => coverage(a) - coverage(b));
  return [
    `${name}: ${count(bars)} ${timeframe} bars of ${count(symbols.length)} symbols, ${from} to ${to}, ${count(sessions.length)} sessions`,
    '',
    'regular hours of each symbol, from its first bar to its last',
    ...shown(poorest.map(symbolText), SYMBOLS_MAX),
    ...(thin.length === 0 ? [] : ['', 'sessions with the least of them', ...shown(thin.map(sessionText), SESSIONS_MAX)]),
    '',
    ...(Object.keys(phases).length === 0 ? [] : [`bars by part of the day: ${phasesText(phases)}`, '']),
    `suspect ${count(doubts.suspect)}, quarantined ${count(doubts.quarantined)} of ${count(bars)} bars; flags: ${flagsText(flags)}`,
    ...(future === 0 ? [] : [`in the future: ${count(future)} bars`]),
    ...(quarantined.length === 0 ? [] : ['', 'quarantined', ...shown(quarantined.map(quarantinedText), JUMPS_MAX)]),
    ...(actions.length === 0 ? [] : ['', 'corporate actions', ...shown(actions.map(actionText), ACTIONS_MAX)]),
    ...(splitLike.length === 0 ? [] : ['', 'jumps like splits', ...shown(splitLike.map(jumpText), JUMPS_MAX)]),
    '',
    isClean ? 'clean' : 'not clean: see above',
  ].join('\n');
}

const actionText = (action: CorporateAction): string => `  ${actionWords(action)}`;

const coverage = ({ regular, expected }: Pick<CheckedSymbol, 'regular' | 'expected'>): number =>
  expected === 0 ? 0 : regular / expected;

function shown(lines: readonly string[], most: number): readonly string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most), `  and ${count(lines.length - most)} more (--json has all)`];
}

function symbolText({
  symbol,
  bars,
  phases,
  halfSpreadBp,
  regular,
  expected,
  missingAlone,
  missingTogether,
  longestGap,
  doubts,
}: CheckedSymbol): string {
  const missing = `${count(missingAlone)} missing while others traded, ${count(missingTogether)} while none did`;
  const longest =
    longestGap === null
      ? ''
      : `; longest ${count(longestGap.steps)}, ${minute(longestGap.from)} – ${minute(longestGap.to)} UTC, ${count(longestGap.alone)} of them alone`;
  return `  ${symbol.padEnd(8)} ${share(regular, expected)}  ${count(bars)} bars${outsideText(phases)}; ${missing}${longest}${doubtText(doubts)}${spreadText(halfSpreadBp)}`;
}

/** What it costs to cross half the spread. */
function spreadText(halfSpreadBp: CheckedSymbol['halfSpreadBp']): string {
  const told = PHASE_WORDS.flatMap(([phase, words]) => {
    const half = halfSpreadBp[phase];
    return half === undefined ? [] : [`${half.toFixed(1)} bp ${words}`];
  });
  return told.length === 0 ? '' : `; half-spread about ${told.join(', ')}`;
}

const doubtText = ({ suspect, quarantined }: BarCheck['doubts']): string =>
  suspect + quarantined === 0 ? '' : `; ${count(suspect)} suspect, ${count(quarantined)} quarantined`;

const sessionText = ({ date, symbols, bars, regular, expected, ...doubts }: CheckedSession): string =>
  symbols === 0
    ? `  ${date}  no bars`
    : `  ${date} ${share(regular, expected)}  ${count(bars)} bars of ${count(symbols)} symbols${doubtText(doubts)}`;

/** Parts of the day in their order, as they are called. */
const PHASE_WORDS = [
  ['OVERNIGHT', 'overnight'],
  ['PRE', 'pre-market'],
  ['RTH', 'regular hours'],
  ['POST', 'post-market'],
  ['CLOSED', 'when all is closed'],
] as const;

const phasesText = (phases: PhaseCounts): string =>
  PHASE_WORDS.map(([phase, words]) => `${words} ${count(phases[phase] ?? 0)}`).join(', ');

/** What lies outside of regular hours. */
function outsideText(phases: PhaseCounts): string {
  const outside = PHASE_WORDS.flatMap(([phase, words]) =>
    phase === 'RTH' || phases[phase] === undefined ? [] : [`${count(phases[phase])} ${words}`],
  );
  return outside.length === 0 ? '' : ` (${outside.join(', ')})`;
}

function flagsText(flags: FlagCounts): string {
  const names = Object.keys(BAR_FLAG) as (keyof typeof BAR_FLAG)[];
  const said = names.flatMap((name) => {
    const bars = flags[name] ?? 0;
    return bars === 0 ? [] : [`${barFlagWords(BAR_FLAG[name])} ${count(bars)}`];
  });
  return said.length === 0 ? 'nothing' : said.join('; ');
}

const jumpText = ({ symbol, t, lastClose, open, close }: SplitLikeJump): string =>
  `  ${symbol.padEnd(8)} ${minute(t)} UTC  from ${money(lastClose)} to ${money(open)}, close ${money(close)}`;

const quarantinedText = ({ symbol, t, flags, lastClose, open, high, low, close }: QuarantinedBar): string =>
  `  ${symbol.padEnd(8)} ${minute(t)} UTC  ${[open, high, low, close].map(money).join(' ')} after ${money(lastClose)}: ${flags.map((name) => barFlagWords(BAR_FLAG[name])).join(', ')}`;

/** What another source says of the same bars, for people. */
export function agreementText(name: string, { compared, apart, outside, onlyHere, onlyThere, disagreements }: Agreement): string {
  return [
    '',
    `against ${name}: ${count(compared)} bars of both, ${count(apart)} apart, ${count(outside)} outside the other's range; ${count(onlyHere)} only here, ${count(onlyThere)} only there`,
    ...shown(disagreements.map(disagreementText), JUMPS_MAX),
  ].join('\n');
}

const disagreementText = ({ symbol, t, kind, here, there }: DisagreeingBar): string =>
  `  ${symbol.padEnd(8)} ${minute(t)} UTC  ${kind}: ${money(here.low)} – ${money(here.high)} here, ${money(there.low)} – ${money(there.high)} there`;
