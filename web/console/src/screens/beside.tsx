import { useEffect, useRef, type JSX, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useScreen, useScreenSearch } from '../chrome/screen-search.ts';

/** What is open beside a table: it takes the focus when it opens, and Esc closes it. */
export function Beside({ title, children }: { readonly title: string; readonly children: ReactNode }): JSX.Element {
  const change = useScreen();
  const { row } = useScreenSearch();
  const heading = useRef<HTMLHeadingElement>(null);
  const close = (): void => {
    change({ row: undefined });
    document.querySelector<HTMLElement>('main tr.open .row-opener, main .row-opener')?.focus();
  };
  useEffect(() => heading.current?.focus({ preventScroll: true }), [row]);
  return (
    <section className="panel beside" aria-label={title} onKeyDown={({ key }) => key === 'Escape' && close()}>
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <div className="aside">
          <Button className="button quiet" onPress={close}>
            Close <kbd aria-hidden="true">Esc</kbd>
          </Button>
        </div>
      </header>
      {children}
    </section>
  );
}
