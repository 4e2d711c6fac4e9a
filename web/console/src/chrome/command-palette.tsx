import { useState, type JSX } from 'react';
import { Autocomplete, Input, Label, Menu, MenuItem, SearchField, Text, useFilter } from 'react-aria-components';
import { Window } from '../parts/dialog.tsx';

/** Something that the palette offers. */
export interface PaletteEntry {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly keys?: string;
  readonly run: () => void;
}

/** Entries that are shown at once: more are found by typing. */
const SHOWN_MAX = 60;

/** Everything that can be gone to or done, found by a few letters. */
export function CommandPalette({
  isOpen,
  onClose,
  entries,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly entries: () => readonly PaletteEntry[];
}): JSX.Element {
  return (
    <Window title="Go to, or do" isOpen={isOpen} onClose={onClose} isWide>
      <Palette entries={entries()} onClose={onClose} />
    </Window>
  );
}

function Palette({ entries, onClose }: { readonly entries: readonly PaletteEntry[]; readonly onClose: () => void }): JSX.Element {
  const [typed, setTyped] = useState('');
  const { contains } = useFilter({ sensitivity: 'base' });
  const shown = entries.filter(({ title, kind }) => contains(`${kind} ${title}`, typed)).slice(0, SHOWN_MAX);
  return (
    <Autocomplete inputValue={typed} onInputChange={setTyped}>
      <SearchField className="palette-search" autoFocus>
        <Label className="visually-hidden">Search screens, symbols, runs and commands</Label>
        <Input placeholder="Screen, symbol, run or command" />
      </SearchField>
      <Menu
        className="palette"
        aria-label="Found"
        items={shown}
        renderEmptyState={() => <p className="empty">Nothing is called that.</p>}
        onAction={(id) => {
          onClose();
          shown.find((entry) => entry.id === id)?.run();
        }}
      >
        {({ id, title, kind, keys }: PaletteEntry) => (
          <MenuItem id={id} textValue={title} className="palette-item">
            <Text slot="label">{title}</Text>
            <Text slot="description">
              {kind}
              {keys === undefined ? '' : ` · ${keys}`}
            </Text>
          </MenuItem>
        )}
      </Menu>
    </Autocomplete>
  );
}
