import { useId, useState, type FormEvent, type JSX } from 'react';
import { Button, Form } from 'react-aria-components';
import type { Change, FigureAt } from '@aitrader/application-time-machine';
import { Field } from '../commands/field.tsx';
import { Panel } from '../parts/panel.tsx';
import type { OpenDay } from './questions.ts';

interface ChangesProps {
  /** the day, as it was */
  readonly open: OpenDay;
  /** every figure that can be changed, as it is without its own change */
  readonly figures: readonly FigureAt[];
  readonly isBusy: boolean;
  readonly onDecide: (changes: readonly Change[]) => void;
}

/** What if: figures and strategies of the configuration that are to be others. */
export function Changes({ open, figures, isBusy, onDecide }: ChangesProps): JSX.Element {
  const [changes, setChanges] = useState<readonly Change[]>([]);
  const decide = (next: readonly Change[]): void => {
    setChanges(next);
    onDecide(next);
  };
  const change = (one: Change): void => decide([...without(changes, one.path), one]);
  return (
    <Panel title="What if">
      <FigureForm figures={figures} isBusy={isBusy} onChange={change} />
      <StrategyForm open={open} isBusy={isBusy} onChange={change} />
      {changes.length > 0 && (
        <ul className="what-if" aria-label="Changes">
          {changes.map(({ path, value }) => (
            <li key={path}>
              <code>{path}</code> {wasAt(open, figures, path)} → {value}
              <Button
                className="button quiet"
                aria-label={`Take back ${path}`}
                isDisabled={isBusy}
                onPress={() => decide(without(changes, path))}
              >
                Take back
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** Changes without that at a path. With another strategy in a place, figures of the one before it are none. */
function without(changes: readonly Change[], path: string): readonly Change[] {
  const place = /^(strategies\.\d+\.)kind$/.exec(path)?.[1];
  return changes.filter((one) => one.path !== path && (place === undefined || !one.path.startsWith(place)));
}

/** What stood at a path. */
function wasAt({ strategies }: OpenDay, figures: readonly FigureAt[], path: string): number | string {
  const place = /^strategies\.(\d+)\.kind$/.exec(path)?.[1];
  if (place !== undefined) return strategies[Number(place)]?.kind ?? 'none';
  return figures.find((figure) => figure.path === path)?.value ?? '–';
}

interface FormProps {
  readonly isBusy: boolean;
  readonly onChange: (change: Change) => void;
}

function FigureForm({ figures, isBusy, onChange }: FormProps & { readonly figures: readonly FigureAt[] }): JSX.Element {
  const select = useId();
  const [chosen, setChosen] = useState('');
  const [value, setValue] = useState('');
  // the strategy that it was of may be another one by now
  const at = figures.find(({ path }) => path === chosen) ?? figures[0];
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const figure = Number(value);
    if (at === undefined || value.trim() === '' || !Number.isFinite(figure)) return;
    onChange({ path: at.path, value: figure });
    setValue('');
  };
  return (
    <Form className="lookup" onSubmit={submit} aria-label="Another figure">
      <div>
        <label htmlFor={select}>Figure</label>
        <select id={select} value={at?.path ?? ''} onChange={(event) => setChosen(event.target.value)}>
          {figures.map(({ path }) => (
            <option key={path}>{path}</option>
          ))}
        </select>
      </div>
      <Field label={`Instead of ${at?.value ?? '–'}`} name="value" value={value} onChange={setValue} isRequired />
      <Decide isBusy={isBusy} />
    </Form>
  );
}

function StrategyForm({ open, isBusy, onChange }: FormProps & { readonly open: OpenDay }): JSX.Element {
  const [place, kind] = [useId(), useId()];
  const [at, setAt] = useState('0');
  const [becomes, setBecomes] = useState(open.kinds[0] ?? '');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onChange({ path: `strategies.${at}.kind`, value: becomes });
  };
  return (
    <Form className="lookup" onSubmit={submit} aria-label="Another strategy">
      <div>
        <label htmlFor={place}>Strategy</label>
        <select id={place} value={at} onChange={(event) => setAt(event.target.value)}>
          {open.strategies.map(({ name }, index) => (
            <option key={name} value={index}>
              {name}
            </option>
          ))}
          <option value={open.strategies.length}>one more</option>
        </select>
      </div>
      <div>
        <label htmlFor={kind}>is to be</label>
        <select id={kind} value={becomes} onChange={(event) => setBecomes(event.target.value)}>
          {open.kinds.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </div>
      <Decide isBusy={isBusy} />
    </Form>
  );
}

const Decide = ({ isBusy }: { readonly isBusy: boolean }): JSX.Element => (
  <Button className="button" type="submit" isDisabled={isBusy}>
    {isBusy ? 'Deciding…' : 'Decide again'}
  </Button>
);
