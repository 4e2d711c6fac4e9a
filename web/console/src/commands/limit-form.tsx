import { useId, useState, type JSX } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { OPERATOR_LIMITS, type OperatorLimit } from '@aitrader/model';
import type { Command } from '../api/commands.ts';
import { useConfiguration } from '../api/queries.ts';
import { useRunName } from '../stream/run-context.tsx';
import { settingsIn } from '../words/settings.ts';
import { CommandForm } from './command-form.tsx';
import { Field } from './field.tsx';

type LimitCommand = Extract<Command, { kind: 'limits' }>;

/** Makes one limit smaller, or lets it be as it was configured. */
export function LimitForm({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const id = useId();
  const { data } = useConfiguration(useRunName());
  const [limit, setLimit] = useState<OperatorLimit>('openOrdersMax');
  const [isReset, setReset] = useState(false);
  const [most, setMost] = useState('');
  const configured = settingsIn(riskIn(data)).find(({ path }) => path === limit)?.value ?? 'none';
  const commandOf = (given: { readonly reason: string; readonly confirm: string }): LimitCommand => ({
    kind: 'limits',
    ...given,
    limits: [{ limit, most: isReset ? null : Number(most) }],
  });
  return (
    <CommandForm action="Change the limit" tone="danger" isTyped commandOf={commandOf} onClose={onClose}>
      <div>
        <label htmlFor={id}>Limit</label>
        <select id={id} value={limit} onChange={({ target }) => setLimit(target.value as OperatorLimit)}>
          {OPERATOR_LIMITS.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </div>
      <p className="note">Configured: {configured}</p>
      <RadioGroup
        className="choice"
        orientation="horizontal"
        value={isReset ? 'reset' : 'set'}
        onChange={(value) => setReset(value === 'reset')}
      >
        <Label>From now on</Label>
        <Radio value="set">smaller</Radio>
        <Radio value="reset">as configured</Radio>
      </RadioGroup>
      {!isReset && <Field label="At most" name="most" value={most} onChange={setMost} isRequired isDecimal />}
    </CommandForm>
  );
}

const riskIn = (configuration: unknown): unknown =>
  typeof configuration === 'object' && configuration !== null && 'risk' in configuration ? configuration.risk : undefined;
