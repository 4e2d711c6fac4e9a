import { useId, useMemo, useState, type JSX } from 'react';
import { Button } from 'react-aria-components';
import type { StoryPart } from '@aitrader/application-console';
import type { Change } from '@aitrader/application-time-machine';
import { Panel } from '../parts/panel.tsx';
import { When } from '../parts/when.tsx';
import { Story } from '../screens/story.tsx';
import { dollars, percent } from '../words/numbers.ts';
import { dateAndClock } from '../words/times.ts';
import type { DayClient } from './day-client.ts';
import type { DayShown, DecisionShown, OpenDay } from './questions.ts';

interface MinuteProps {
  readonly client: DayClient;
  readonly open: OpenDay;
  readonly day: DayShown;
  readonly changes: readonly Change[];
}

/** Any minute of the day: where the account was, what risk decided, and why of any symbol. */
export function Minute({ client, open, day, changes }: MinuteProps): JSX.Element {
  const scrub = useId();
  const last = day.t.length - 1;
  const [at, setAt] = useState(() => firstDecision(day) ?? last);
  const i = Math.min(at, last);
  const t = day.t[i] ?? 0;
  const decided = useMemo(() => day.decisions.filter((decision) => decision.t === t), [day, t]);
  const jump = (to: number | undefined): void => {
    if (to !== undefined) setAt(to);
  };
  return (
    <Panel title="Any minute of it" aside={<strong>{dateAndClock(t)} ET</strong>}>
      <div className="scrub">
        <Button className="button quiet" onPress={() => jump(decisionBefore(day, i))}>
          ‹ Decision before
        </Button>
        <label htmlFor={scrub} className="visually-hidden">
          Minute
        </label>
        <input
          id={scrub}
          type="range"
          min={0}
          max={last}
          value={i}
          aria-valuetext={`${dateAndClock(t)} New York`}
          onChange={(event) => setAt(Number(event.target.value))}
        />
        <Button className="button quiet" onPress={() => jump(decisionAfter(day, i))}>
          Next decision ›
        </Button>
      </div>
      <p className="note">
        Equity {dollars(day.equity[i] ?? 0)}, drawdown {percent(day.drawdown[i] ?? 0)}.{' '}
        {decided.length === 0 ? 'Risk was asked nothing.' : `Risk answered ${decided.length}:`}
      </p>
      <Decisions decided={decided} />
      <WhyAt
        key={`${t} ${JSON.stringify(changes)}`}
        {...{ client, changes, t }}
        symbols={open.symbols}
        first={decided[0]?.symbol}
      />
    </Panel>
  );
}

const Decisions = ({ decided }: { readonly decided: readonly DecisionShown[] }): JSX.Element => (
  <ul className="decided">
    {decided.map(({ signalId, symbol, isApproved, words }) => (
      <li key={signalId}>
        <span className={`tone-${isApproved ? 'good' : 'bad'}`}>{isApproved ? '✓ approved' : '✕ denied'}</span>{' '}
        <strong>{symbol}</strong> {words}
      </li>
    ))}
  </ul>
);

interface WhyAtProps {
  readonly client: DayClient;
  readonly changes: readonly Change[];
  readonly t: number;
  readonly symbols: readonly string[];
  readonly first: string | undefined;
}

/** Why of a symbol, decided again up to there. */
function WhyAt({ client, changes, t, symbols, first }: WhyAtProps): JSX.Element {
  const select = useId();
  const [symbol, setSymbol] = useState(first ?? symbols[0] ?? '');
  const [told, setTold] = useState<readonly StoryPart[] | string>();
  const ask = (): void => {
    setTold('Deciding the day again, up to there…');
    void client.ask({ kind: 'why', symbol, at: t, changes }).then((answer) => {
      if (answer.kind === 'why') setTold(answer.parts);
      else if (answer.kind === 'failed') setTold(answer.message);
    });
  };
  return (
    <>
      <div className="lookup">
        <div>
          <label htmlFor={select}>Symbol</label>
          <select id={select} value={symbol} onChange={(event) => setSymbol(event.target.value)}>
            {symbols.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </div>
        <Button className="button" onPress={ask}>
          Why at <When t={t} />
        </Button>
      </div>
      {typeof told === 'string' && (
        <p className="note" role="status">
          {told}
        </p>
      )}
      {told !== undefined && typeof told !== 'string' && <Story parts={told} />}
    </>
  );
}

const placeOf = (day: DayShown, decision: DecisionShown | undefined): number | undefined => {
  const found = decision === undefined ? -1 : day.t.indexOf(decision.t);
  return found < 0 ? undefined : found;
};
const firstDecision = (day: DayShown): number | undefined => placeOf(day, day.decisions[0]);
const decisionAfter = (day: DayShown, i: number): number | undefined =>
  placeOf(
    day,
    day.decisions.find(({ t }) => t > (day.t[i] ?? 0)),
  );
const decisionBefore = (day: DayShown, i: number): number | undefined =>
  placeOf(
    day,
    day.decisions.findLast(({ t }) => t < (day.t[i] ?? 0)),
  );
