import { useState, type JSX } from 'react';
import { Button, Label, Radio, RadioGroup } from 'react-aria-components';
import { Window } from '../parts/dialog.tsx';
import { CommandForm } from './command-form.tsx';

const RUNGS = [
  {
    kind: 'reduce-only',
    title: 'Reduce only',
    action: 'Reduce only',
    words: 'Nothing new is entered. What is held runs to its stop or target.',
  },
  {
    kind: 'halt',
    title: 'Halt',
    action: 'Halt',
    words: 'Nothing new is entered, and entries that wait are canceled. Exits stay at work.',
  },
  { kind: 'flatten', title: 'Flatten', action: 'Flatten', words: 'Halt, and sell or cover all that is held at the market.' },
] as const;
type Rung = (typeof RUNGS)[number]['kind'];

const REASONS = ['unexpected orders', 'data looks wrong', 'broker looks wrong', 'news', 'drill'];

/** The way to stop, on every screen: three rungs, a reason, one confirmation. */
export function KillSwitch({
  isOpen,
  setOpen,
}: {
  readonly isOpen: boolean;
  readonly setOpen: (open: boolean) => void;
}): JSX.Element {
  return (
    <>
      <Button className="button danger kill" aria-keyshortcuts="Shift+K" onPress={() => setOpen(true)}>
        Kill switch <kbd aria-hidden="true">⇧K</kbd>
      </Button>
      <Window title="Kill switch" isOpen={isOpen} onClose={() => setOpen(false)} isUrgent>
        <Rungs onClose={() => setOpen(false)} />
      </Window>
    </>
  );
}

function Rungs({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const [rung, setRung] = useState<Rung>('halt');
  const action = RUNGS.find(({ kind }) => kind === rung)?.action ?? 'Halt';
  return (
    <CommandForm
      action={`${action} now`}
      tone="danger"
      reasons={REASONS}
      commandOf={({ reason }) => (rung === 'halt' ? { kind: rung, reason } : { kind: rung, reason, symbols: [] })}
      onClose={onClose}
    >
      <RadioGroup className="rungs" value={rung} onChange={(value) => setRung(value as Rung)}>
        <Label>How far</Label>
        {RUNGS.map(({ kind, title, words }, i) => (
          <Radio key={kind} value={kind} className="rung">
            <span className="step" aria-hidden="true">
              {i + 1}
            </span>
            <span>
              <strong>{title}</strong>
              <small>{words}</small>
            </span>
          </Radio>
        ))}
      </RadioGroup>
    </CommandForm>
  );
}
