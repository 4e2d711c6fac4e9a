import { useEffect, useRef } from 'react';

/** What keys do, in the order in which they are listed. */
export interface Shortcut {
  readonly keys: string;
  readonly words: string;
  readonly run: () => void;
  /** pressed with a modifier: it stays in force where single keys are turned off */
  readonly isChord?: boolean;
}

/** So long after a first key the second is waited for. */
const SECOND_KEY_MS = 1_200;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The keys of an event as shortcuts name them: `Mod+k`, `Shift+K`, `?`, `g`. */
export function keysOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>): string {
  if (event.altKey) return '';
  if (event.ctrlKey || event.metaKey) return `Mod+${event.key.toLowerCase()}`;
  return event.shiftKey && /^[A-Z]$/.test(event.key) ? `Shift+${event.key}` : event.key;
}

/** Listens for shortcuts, `g m` being one key after the other. Not while somebody types, nor where a window is open. */
export function useShortcuts(shortcuts: readonly Shortcut[], areSingleKeysOn: boolean): void {
  const current = useRef({ shortcuts, areSingleKeysOn });
  current.current = { shortcuts, areSingleKeysOn };
  useEffect(() => {
    let first = '';
    let firstAt = 0;
    const listen = (event: KeyboardEvent): void => {
      const pressed = keysOf(event);
      const isChord = pressed.startsWith('Mod+');
      if (pressed === '' || event.defaultPrevented || (isTyping(event.target) && !isChord)) return;
      if (document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return;
      const both = Date.now() - firstAt < SECOND_KEY_MS ? `${first} ${pressed}` : '';
      const allowed = current.current.shortcuts.filter(({ isChord: chord }) => chord === true || current.current.areSingleKeysOn);
      const found = allowed.find(({ keys }) => keys === both) ?? allowed.find(({ keys }) => keys === pressed);
      [first, firstAt] = [pressed, Date.now()];
      if (found === undefined) return;
      event.preventDefault();
      first = '';
      found.run();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
