import { useState, type FormEvent, type JSX } from 'react';
import { Button, FieldError, Form, Input, Label, TextField } from 'react-aria-components';
import { useWhyStory } from '../api/queries.ts';
import { useScreen, useScreenSearch } from '../chrome/screen-search.ts';
import { Asked } from '../parts/asked.tsx';
import { Panel } from '../parts/panel.tsx';
import { useRun, useRunName } from '../stream/run-context.tsx';
import { clock, date, instantOf } from '../words/times.ts';
import { ScreenOf } from './screen.tsx';
import { Story } from './story.tsx';

/** Why a symbol was entered in a minute, or was not: what the strategy made of its bar, and what risk’s gates say. */
export function WhyScreen(): JSX.Element {
  const { symbol, day, time } = useScreenSearch();
  const at = day === undefined || time === undefined ? undefined : instantOf(day, time);
  return (
    <ScreenOf title="Why">
      <div className="stack">
        <Panel title="A symbol, and the minute that its bar closed">
          <Lookup key={`${symbol} ${day} ${time}`} />
        </Panel>
        {symbol !== undefined && at !== undefined && (
          <Panel title={`${symbol} · ${day} ${time} ET`}>
            <WhyOf symbol={symbol} at={at} />
          </Panel>
        )}
      </div>
    </ScreenOf>
  );
}

const WhyOf = ({ symbol, at }: { readonly symbol: string; readonly at: number }): JSX.Element => (
  <Asked query={useWhyStory(useRunName(), symbol, at)} waiting="Reading the recording up to there…">
    {(parts) => <Story parts={parts} />}
  </Asked>
);

function Lookup(): JSX.Element {
  const asked = useScreenSearch();
  const change = useScreen();
  const last = useRun(({ market }) => market?.t);
  const [symbol, setSymbol] = useState(asked.symbol ?? '');
  const [day, setDay] = useState(asked.day);
  const [time, setTime] = useState(asked.time);
  const shown = { day: day ?? (last === undefined ? '' : date(last)), time: time ?? (last === undefined ? '' : clock(last)) };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change({ symbol: symbol.trim().toUpperCase(), ...shown });
  };
  return (
    <Form className="lookup" onSubmit={submit}>
      <TextField value={symbol} onChange={setSymbol} isRequired>
        <Label>Symbol</Label>
        <Input autoComplete="off" spellCheck={false} />
        <FieldError />
      </TextField>
      <TextField value={shown.day} onChange={setDay} isRequired pattern="\d{4}-\d{2}-\d{2}">
        <Label>Date, New York</Label>
        <Input autoComplete="off" />
        <FieldError />
      </TextField>
      <TextField value={shown.time} onChange={setTime} isRequired pattern="\d{2}:\d{2}">
        <Label>Time, New York</Label>
        <Input autoComplete="off" />
        <FieldError />
      </TextField>
      <Button className="button" type="submit">
        Ask why
      </Button>
    </Form>
  );
}
