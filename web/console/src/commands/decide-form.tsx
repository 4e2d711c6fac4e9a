import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type JSX } from 'react';
import { Button, FieldError, Form, Input, Label, TextField } from 'react-aria-components';
import type { ProposalRow } from '@aitrader/application-console';
import { approveProposal, rejectProposal } from '../api/commands.ts';
import { proposalsOf, SESSION } from '../api/queries.ts';
import { useRunName } from '../stream/run-context.tsx';
import { CommandProgress } from './command-progress.tsx';

const DECIDABLE: ReadonlySet<ProposalRow['standing']> = new Set(['open', 'unrecorded']);

/** Asks why, and for the name of the run where more can be lost afterwards; and then shows how far the command has come. */
export function DecideForm({ proposal }: { readonly proposal: ProposalRow }): JSX.Element | null {
  const { key: id, hash, isTyped, standing } = proposal;
  const run = useRunName();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [confirm, setConfirm] = useState('');
  const [requestedAt, setRequestedAt] = useState(0);
  const decide = useMutation({
    mutationFn: async (verdict: 'approve' | 'reject') => {
      const { csrf } = await queries.ensureQueryData(SESSION);
      const decided = { hash, reason, confirm };
      return verdict === 'approve'
        ? approveProposal(run, id, decided, csrf)
        : void (await rejectProposal(run, id, decided, csrf));
    },
    onSettled: () => queries.invalidateQueries(proposalsOf(run)),
  });
  if (decide.isPending || decide.data !== undefined) return <CommandProgress requestedAt={requestedAt} answer={decide.data} />;
  if (!DECIDABLE.has(standing)) return null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setRequestedAt(Date.now());
    decide.mutate('approve');
  };
  return (
    <Form className="form body" onSubmit={submit}>
      <TextField value={reason} onChange={setReason} isRequired maxLength={500} name="reason">
        <Label>Reason</Label>
        <Input autoComplete="off" />
        <FieldError />
      </TextField>
      {isTyped && (
        <TextField value={confirm} onChange={setConfirm} name="confirm">
          <Label>
            Type <code>{run}</code> to approve
          </Label>
          <Input autoComplete="off" spellCheck={false} />
          <FieldError />
        </TextField>
      )}
      {decide.error !== null && (
        <p className="refusal" role="alert">
          Refused: {decide.error.message}
        </p>
      )}
      <div className="buttons">
        <Button className="button" isDisabled={reason.trim() === ''} onPress={() => decide.mutate('reject')}>
          Turn down
        </Button>
        <Button className="button danger" type="submit">
          Approve
        </Button>
      </div>
    </Form>
  );
}
