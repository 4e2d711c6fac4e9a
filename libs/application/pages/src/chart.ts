import { html, NOTHING, type Content, type Html } from './html.ts';
import { fixed } from './format.ts';
import { place, px, ticksOf, type Scale } from './scale.ts';

/** A drawing with its words: `id` is unique on the page, `title` names it and `description` says what it shows. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly drawing: Content;
  readonly legend?: Content;
  /** under the drawing, folded */
  readonly data?: Html;
}

/** Drawings above this width are not shrunk to a telephone's screen, but scrolled, with the keyboard too. */
const NARROW_MAX = 500;

export function chartOf({ id, title, description, width, height, drawing, legend, data }: Chart): Html {
  const size = width > NARROW_MAX ? 'wide' : 'narrow';
  return html`<figure class="chart ${size}">
    <figcaption>${title}</figcaption>
    <div class="frame" ${size === 'wide' ? html`tabindex="0" role="group" aria-label="${title}"` : NOTHING}>
      <svg
        role="img"
        aria-labelledby="${id}-title ${id}-desc"
        viewBox="0 0 ${width} ${height}"
        preserveAspectRatio="xMidYMid meet"
      >
        <title id="${id}-title">${title}</title>
        <desc id="${id}-desc">${description}</desc>
        ${drawing}
      </svg>
    </div>
    ${legend === undefined ? NOTHING : html`<p class="legend">${legend}</p>`} ${data ?? NOTHING}
  </figure> `;
}

/** An entry of a legend: a swatch drawn as the thing is, and its name. */
export const legendEntry = (swatch: Html, name: string): Html =>
  html`<span class="key"><svg aria-hidden="true" viewBox="0 0 24 12" width="24" height="12">${swatch}</svg>${name}</span> `;

/** A vertical axis with lines across the drawing from `left` to `right`. */
export function verticalAxis(scale: Scale, left: number, right: number, wanted: number, unit = ''): Html {
  const { values, digits } = ticksOf(scale, wanted);
  return html`<g class="axis">
    ${values.map((value) => {
      const y = place(scale, value);
      return html`<line x1="${left}" x2="${right}" y1="${y}" y2="${y}" /><text class="end" x="${left - 6}" y="${px(y + 3.5)}"
          >${fixed(value, digits)}${unit}</text
        >`;
    })}
  </g>`;
}

/** Labels under a drawing, at `y`. */
export function labelsBelow(labels: readonly { readonly x: number; readonly text: string }[], y: number): Html {
  return html`<g class="axis">${labels.map(({ x, text }) => html`<text class="middle" x="${x}" y="${y}">${text}</text>`)}</g>`;
}

/** A table: its caption for those who do not see it stand apart, its header, and its rows, whose first cell is a header of its own. */
export interface Table {
  readonly caption: string;
  readonly header: readonly Content[];
  readonly rows: readonly (readonly Content[])[];
  /** columns of words, by their place: they stand to the left, and may have several lines */
  readonly words?: readonly number[];
}

export function tableOf({ caption, header, rows, words = [] }: Table): Html {
  const look = (column: number): Html => (words.includes(column) ? html` class="words"` : NOTHING);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${header.map((cell, i) => html`<th scope="col" ${look(i)}>${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first = '', ...rest]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${rest.map((cell, i) => html`<td ${look(i + 1)}>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** The figures of a chart, folded away. */
export const dataTable = (table: Table): Html =>
  html`<details>
    <summary>${table.caption}</summary>
    ${tableOf(table)}
  </details>`;
