import { useId, useState, type FormEvent, type JSX } from 'react';
import { Button, Form } from 'react-aria-components';
import { Field } from '../commands/field.tsx';
import { Panel } from '../parts/panel.tsx';
import type { Change } from './questions.ts';

interface ChangesProps {
  /** every figure that can be changed, as it was */
  readonly figures: readonly Change[];
  readonly isBusy: boolean;
  readonly onDecide: (changes: readonly Change[]) => void;
}

/** What if: figures of the configuration that are to be others. */
export function Changes({ figures, isBusy, onDecide }: ChangesProps): JSX.Element {
  const select = useId();
  const [path, setPath] = useState(figures[0]?.path ?? '');
  const [value, setValue] = useState('');
  const [changes, setChanges] = useState<readonly Change[]>([]);
  const was = figures.find((figure) => figure.path === path)?.value;
  const decide = (next: readonly Change[]): void => {
    setChanges(next);
    onDecide(next);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const figure = Number(value);
    if (value.trim() === '' || !Number.isFinite(figure)) return;
    decide([...changes.filter((change) => change.path !== path), { path, value: figure }]);
    setValue('');
  };
  return (
    <Panel title="What if">
      <Form className="lookup" onSubmit={submit}>
        <div>
          <label htmlFor={select}>Figure</label>
          <select id={select} value={path} onChange={(event) => setPath(event.target.value)}>
            {figures.map((figure) => (
              <option key={figure.path}>{figure.path}</option>
            ))}
          </select>
        </div>
        <Field label={`Instead of ${was ?? '–'}`} name="value" value={value} onChange={setValue} isRequired />
        <Button className="button" type="submit" isDisabled={isBusy}>
          {isBusy ? 'Deciding…' : 'Decide again'}
        </Button>
      </Form>
      {changes.length > 0 && (
        <ul className="what-if" aria-label="Changes">
          {changes.map((change) => (
            <li key={change.path}>
              <code>{change.path}</code> {figures.find((figure) => figure.path === change.path)?.value} → {change.value}
              <Button
                className="button quiet"
                aria-label={`Take back ${change.path}`}
                onPress={() => decide(changes.filter((one) => one.path !== change.path))}
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
