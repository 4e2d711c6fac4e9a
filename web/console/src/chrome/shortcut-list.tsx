import type { JSX } from 'react';
import { Button, Checkbox } from 'react-aria-components';
import { Window } from '../parts/dialog.tsx';
import type { Shortcut } from './shortcuts.ts';

interface ShortcutListProps {
  readonly shortcuts: readonly Shortcut[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly areSingleKeysOn: boolean;
  readonly setSingleKeys: (on: boolean) => void;
}

const IN_TABLES = [
  ['j k', 'next and previous row of a table'],
  ['Enter', 'open the row'],
  ['Esc', 'close a window, or what is open beside a table'],
] as const;

/** All keys, and whether single ones are heard: who speaks to their computer may not want them. */
export const ShortcutList = ({ shortcuts, isOpen, onClose, areSingleKeysOn, setSingleKeys }: ShortcutListProps): JSX.Element => (
  <Window title="Keys" isOpen={isOpen} onClose={onClose}>
    <table className="keys">
      <thead>
        <tr>
          <th scope="col">Keys</th>
          <th scope="col">What they do</th>
        </tr>
      </thead>
      <tbody>
        {[...shortcuts.map(({ keys, words }) => [keys, words] as const), ...IN_TABLES].map(([keys, words]) => (
          <tr key={keys}>
            <th scope="row">
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key.replace('Mod', 'Ctrl/Cmd')}</kbd>
              ))}
            </th>
            <td>{words}</td>
          </tr>
        ))}
      </tbody>
    </table>
    <Checkbox className="checkbox" isSelected={areSingleKeysOn} onChange={setSingleKeys}>
      <span className="box" aria-hidden="true">
        {areSingleKeysOn ? '✓' : ''}
      </span>
      Single keys are heard
    </Checkbox>
    <div className="buttons">
      <Button className="button" slot="close">
        Close
      </Button>
    </div>
  </Window>
);
