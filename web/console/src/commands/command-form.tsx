import { useState, type FormEvent, type JSX, type ReactNode } from 'react';
import { Button, FieldError, Form, Input, Label, TextField } from 'react-aria-components';
import type { Command } from '../api/commands.ts';
import { useRunName } from '../stream/run-context.tsx';
import { CommandProgress } from './command-progress.tsx';
import { useCommand } from './use-command.ts';

interface CommandFormProps {
  /** the button's words */
  readonly action: string;
  readonly tone: 'danger' | 'plain';
  /** whether more can be lost after the command than before: the name of the run is typed then */
  readonly isTyped?: boolean;
  readonly reasons?: readonly string[];
  readonly commandOf: (given: { readonly reason: string; readonly confirm: string }) => Command;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

/** Asks why, and for the name of the run where that is needed; and then shows how far the command has come. */
export function CommandForm(props: CommandFormProps): JSX.Element {
  const { action, tone, isTyped = false, reasons = [], commandOf, onClose, children } = props;
  const run = useRunName();
  const command = useCommand();
  const [reason, setReason] = useState('');
  const [confirm, setConfirm] = useState('');
  const [requestedAt, setRequestedAt] = useState(0);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (command.isPending || reason.trim() === '') return;
    setRequestedAt(Date.now());
    command.mutate(commandOf({ reason, confirm }));
  };
  if (command.isPending || command.isSuccess)
    return (
      <>
        <CommandProgress requestedAt={requestedAt} answer={command.data} />
        <div className="buttons">
          <Button className="button" onPress={onClose} autoFocus>
            Close
          </Button>
        </div>
      </>
    );
  return (
    <Form className="form" onSubmit={submit}>
      {children}
      <TextField value={reason} onChange={setReason} isRequired autoFocus maxLength={500} name="reason">
        <Label>Reason</Label>
        <Input autoComplete="off" />
        <FieldError />
      </TextField>
      {reasons.length > 0 && (
        <div className="chips" role="group" aria-label="Usual reasons">
          {reasons.map((one) => (
            <Button key={one} className="chip" onPress={() => setReason(one)}>
              {one}
            </Button>
          ))}
        </div>
      )}
      {isTyped && (
        <TextField value={confirm} onChange={setConfirm} isRequired name="confirm">
          <Label>
            Type <code>{run}</code> to confirm
          </Label>
          <Input autoComplete="off" spellCheck={false} />
          <FieldError />
        </TextField>
      )}
      {command.error !== null && (
        <p className="refusal" role="alert">
          Refused: {command.error.message}
        </p>
      )}
      <div className="buttons">
        <Button className="button" onPress={onClose}>
          Cancel
        </Button>
        <Button className={`button ${tone}`} type="submit">
          {action}
        </Button>
      </div>
    </Form>
  );
}
