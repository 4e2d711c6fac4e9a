import { html, type Content, type Html } from './html.ts';

/** A page of its own, whole: no script, no request, legible in the light and in the dark. */
export interface Document {
  /** of the window, and what stands above */
  readonly title: string;
  readonly heading: string;
  readonly style: Html;
  /** under the heading */
  readonly facts: Content;
  readonly content: Content;
}

/** The markup of a page. */
export function documentOf({ title, heading, style, facts, content }: Document): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · AI Trader</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <main>
          <header>
            <p class="brand">AI Trader</p>
            <h1>${heading}</h1>
            ${facts}
          </header>
          ${content}
        </main>
      </body>
    </html> `.markup;
}

/** A part of a page under its name. */
export const sectionOf = (id: string, title: string, content: Content): Html =>
  html`<section id="${id}">
    <h2>${title}</h2>
    ${content}
  </section>`;

/** Links to the parts of a page. */
export const navigationOf = (sections: readonly (readonly [id: string, title: string, ...rest: readonly unknown[]])[]): Html =>
  html`<nav aria-label="Sections">
    <ul>
      ${sections.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}
    </ul>
  </nav>`;
