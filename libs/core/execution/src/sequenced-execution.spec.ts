import { describe, expect, it } from '@jest/globals';
import { advanceId, cash, newExecutionReport, type RiskDecision, type WorkingRules } from '@aitrader/model';
import { account, at, CONFIG, later, order, RULES, sliceOf, word } from '../test/given-manager.ts';
import { hearBars, hearDecision, hearWords, newSequencedExecution, newSequencedWord } from './index.ts';

const T = at('10:00');
const ELSEWHERE = later(T, 1_000_000);
const decision = (): RiskDecision => ({
  t: T,
  account: {
    ...{ cash: cash(0), equity: cash(0), gross: cash(0), reserved: cash(0), realised: cash(0), equityPeak: cash(0) },
    ...{ drawdownPpm: 0, tradingState: 'active' },
  },
  orders: [order({ t: T })],
  trips: [],
  exits: [],
  denials: [],
  forecast: null,
});

const WORKING: WorkingRules = {
  ...{ largerThanShareOfVolume: 0.01, algorithm: 'twap', share: 0.05, everyMinutes: 1, catchUpMax: 1 },
  ...{ participationMax: 0.1, minutesMax: 10 },
};

describe('an order in a symbol that nothing was at work in', () => {
  it.each([true, false])('is held against what traded in it (the broker follows bars: %p)', (followsBars) => {
    const state = newSequencedExecution({ manager: { ...CONFIG, working: WORKING }, followsBars });
    const asked = newSequencedWord();
    hearBars(state, T, [sliceOf(T, { open: 100 })], asked);
    if (followsBars) hearWords(state, [{ kind: 'passed', t: T, request: advanceId('', T) }], asked);
    hearDecision(state, decision(), asked);
    // 100 shares of the 1,000 that would be large
    expect(asked.requests.filter(({ kind }) => kind === 'submit')).toMatchObject([{ leg: 'entry' }]);
  });
});

describe('execution at a broker whose clock is the bars', () => {
  it('takes the time of no other clock: no order is old by it', () => {
    const state = newSequencedExecution({ manager: { ...CONFIG, reconciliation: RULES }, followsBars: true });
    const said = newSequencedWord();
    hearWords(state, [account(ELSEWHERE, { word: 'start' })], said);
    hearBars(state, T, [sliceOf(T, undefined)], said);
    hearWords(state, [{ kind: 'passed', t: T, request: advanceId('', T) }], said);
    expect(said.report).toEqual({ ...newExecutionReport(), t: T, doubt: null });
    hearWords(state, [word('pending', { t: ELSEWHERE }), { kind: 'disconnected', t: ELSEWHERE, word: '' }], said);
    hearWords(state, [account(ELSEWHERE)], said);
    expect(state.manager.now).toBe(T);
    const asked = newSequencedWord();
    hearDecision(state, decision(), asked);
    expect(asked.requests).toMatchObject([{ kind: 'submit', leg: 'entry', t: T }]);
  });

  it('hears what is of the interval that it lives through', () => {
    const state = newSequencedExecution({ manager: CONFIG, followsBars: true });
    const said = newSequencedWord();
    hearBars(state, T, [sliceOf(T, undefined)], said);
    hearWords(state, [word('new', { t: T, brokerId: 'b' })], said);
    expect(state.manager.now).toBe(T);
  });
});
