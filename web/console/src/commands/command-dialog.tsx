import { useState, type JSX } from 'react';
import { Window } from '../parts/dialog.tsx';
import { ArmForm } from './arm-form.tsx';
import { CommandForm } from './command-form.tsx';
import { Field } from './field.tsx';
import { LimitForm } from './limit-form.tsx';
import { OrderFields, type OrderGiven, NO_ORDER } from './order-fields.tsx';

/** What can be commanded beside stopping. */
export const OPERATIONS = [
  { kind: 'resume', title: 'Resume', words: 'Entries are let in again; after a drawdown the loss is accepted.' },
  { kind: 'cancel', title: 'Cancel entries at work', words: 'Entries at work are called off; new ones may come.' },
  { kind: 'order', title: 'Manual order', words: 'Risk’s gates judge it as they judge a strategy’s.' },
  { kind: 'limits', title: 'Change a limit', words: 'No command lets in more than the configuration does.' },
  { kind: 'close-break', title: 'Close a break', words: 'A break between the books and the broker is taken as it stands.' },
  { kind: 'arm', title: 'Arm', words: 'The run may enter positions with REAL MONEY on its trade date. It takes two persons.' },
  { kind: 'disarm', title: 'Disarm', words: 'The run trades with real money no longer: entries at work are called off.' },
] as const;
export type CommandKind = (typeof OPERATIONS)[number]['kind'];
/** What is of no use to a run without real money. */
const WITH_REAL_MONEY: ReadonlySet<CommandKind> = new Set(['arm', 'disarm']);
/** What can be commanded of a run. */
export const operationsOf = (isLive: boolean) => OPERATIONS.filter(({ kind }) => isLive || !WITH_REAL_MONEY.has(kind));

/** Symbols as they are typed: by commas or blanks. None: all. */
const symbolsIn = (text: string): string[] =>
  text
    .toUpperCase()
    .split(/[\s,]+/)
    .filter(Boolean);

/** Asks for everything that a command needs. */
export function CommandDialog({ kind, onClose }: { readonly kind: CommandKind; readonly onClose: () => void }): JSX.Element {
  const of = OPERATIONS.find((operation) => operation.kind === kind) ?? OPERATIONS[0];
  return (
    <Window title={of.title} isOpen onClose={onClose} isUrgent={kind === 'arm'} isWide={kind === 'arm'}>
      <p className="note">{of.words}</p>
      {kind === 'resume' && (
        <CommandForm action="Resume" tone="danger" isTyped commandOf={(given) => ({ kind, ...given })} onClose={onClose} />
      )}
      {kind === 'arm' && <ArmForm onClose={onClose} />}
      {kind === 'disarm' && (
        <CommandForm action="Disarm" tone="danger" commandOf={({ reason }) => ({ kind, reason })} onClose={onClose} />
      )}
      {kind === 'cancel' && <CancelForm onClose={onClose} />}
      {kind === 'limits' && <LimitForm onClose={onClose} />}
      {kind === 'order' && <OrderForm onClose={onClose} />}
      {kind === 'close-break' && <BreakForm onClose={onClose} />}
    </Window>
  );
}

interface FormProps {
  readonly onClose: () => void;
}

function CancelForm({ onClose }: FormProps): JSX.Element {
  const [symbols, setSymbols] = useState('');
  const commandOf = ({ reason }: { readonly reason: string }) =>
    ({ kind: 'cancel', reason, symbols: symbolsIn(symbols) }) as const;
  return (
    <CommandForm action="Cancel entries" tone="danger" commandOf={commandOf} onClose={onClose}>
      <Field label="Symbols, or none for all" name="symbols" value={symbols} onChange={setSymbols} />
    </CommandForm>
  );
}

function BreakForm({ onClose }: FormProps): JSX.Element {
  const [about, setAbout] = useState('');
  return (
    <CommandForm
      action="Close the break"
      tone="danger"
      isTyped
      commandOf={(given) => ({ kind: 'close-break', about, ...given })}
      onClose={onClose}
    >
      <Field label="Break" name="about" value={about} onChange={setAbout} isRequired />
    </CommandForm>
  );
}

function OrderForm({ onClose }: FormProps): JSX.Element {
  const [order, setOrder] = useState<OrderGiven>(NO_ORDER);
  return (
    <CommandForm
      action="Ask risk for the order"
      tone="danger"
      isTyped
      commandOf={(given) => ({ kind: 'order', ...given, order: { ...order, minutes: Number(order.minutes) } })}
      onClose={onClose}
    >
      <OrderFields order={order} onChange={setOrder} />
    </CommandForm>
  );
}
