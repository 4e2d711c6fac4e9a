import { useEffect, type JSX } from 'react';
import { Button } from 'react-aria-components';
import { useKept } from '../parts/kept.ts';

const THEMES = ['system', 'dark', 'light'] as const;
const SIGNS: Readonly<Record<string, string>> = { system: '◐', dark: '●', light: '○' };

/** The look that the user has chosen; the system's, where none was. */
export function useTheme(): readonly [string, () => void] {
  const [theme, keep] = useKept('theme', 'system');
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  const next = THEMES[(THEMES.findIndex((one) => one === theme) + 1) % THEMES.length] ?? 'system';
  return [theme, () => keep(next)];
}

export function ThemeButton(): JSX.Element {
  const [theme, change] = useTheme();
  return (
    <Button className="button quiet" onPress={change} aria-label={`Theme: ${theme}. Change it`}>
      <span aria-hidden="true">{SIGNS[theme]}</span> {theme}
    </Button>
  );
}
