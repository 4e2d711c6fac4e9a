/** The colours that a chart draws with are the page's own: what a variable of the style sheet comes to now. */
export function colourOf(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** The same, seen through by `alpha`, 0 … 1. */
export const faded = (name: string, alpha: number): string =>
  colourOf(name).replace(/^rgb\((.*)\)$/, (_, channels: string) => `rgba(${channels}, ${alpha})`);
