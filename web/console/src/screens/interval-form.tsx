import { useState, type FormEvent, type JSX } from 'react';
import { Button, FieldError, Form, Input, Label, TextField } from 'react-aria-components';
import { useScreen, useScreenSearch } from '../chrome/screen-search.ts';
import { useRun } from '../stream/run-context.tsx';
import { clock, date } from '../words/times.ts';

/** Asks for an interval by when it closed: the run's last one, where no other is said. */
export function IntervalForm(): JSX.Element {
  const asked = useScreenSearch();
  const change = useScreen();
  const last = useRun(({ market }) => market?.t);
  const [day, setDay] = useState(asked.day);
  const [time, setTime] = useState(asked.time);
  const shown = { day: day ?? (last === undefined ? '' : date(last)), time: time ?? (last === undefined ? '' : clock(last)) };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change(shown);
  };
  return (
    <Form className="lookup" onSubmit={submit}>
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
        Follow it
      </Button>
    </Form>
  );
}
