import { useState, type JSX } from 'react';
import { Button } from 'react-aria-components';
import { useRun } from '../stream/run-context.tsx';
import { CommandDialog, operationsOf, type CommandKind } from './command-dialog.tsx';

/** Buttons of commands; each asks for its reason before anything is sent. */
export function Operations({ kinds }: { readonly kinds: readonly CommandKind[] }): JSX.Element {
  const isStopped = useRun(({ account }) => account !== undefined && account.mode !== 'active');
  const isLive = useRun(({ head }) => head?.isLive === true);
  const [open, setOpen] = useState<CommandKind | undefined>();
  return (
    <>
      {operationsOf(isLive)
        .filter(({ kind }) => kinds.includes(kind) && (kind !== 'resume' || isStopped))
        .map(({ kind, title }) => (
          <Button key={kind} className="button" onPress={() => setOpen(kind)}>
            {title}…
          </Button>
        ))}
      {open !== undefined && <CommandDialog kind={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}
