import { useEffect, type JSX, type ReactNode } from 'react';

/** A screen with its title, which the window has, too. */
export function ScreenOf({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}): JSX.Element {
  useEffect(() => {
    document.title = `${title} · AI Trader console`;
  }, [title]);
  return (
    <>
      <div className="screen-head">
        <h1>{title}</h1>
        {aside !== undefined && <div className="aside">{aside}</div>}
      </div>
      {children}
    </>
  );
}
