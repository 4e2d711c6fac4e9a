import { stderr } from 'node:process';
import { styleText } from 'node:util';
import { money } from '@aitrader/application-wording';
import type { Listener, Progress } from '@aitrader/runtime-telemetry';
import { printable } from './printable.ts';

/** `lines`: how far work has come is said in lines, for a program that has started this one. */
const PROGRESS_VARIABLE = 'AITRADER_PROGRESS';
const BAR_WIDTH = 28;
const REDRAW_MS = 100;

/** Whole percents, each once: `progress 42 replaying`. */
function progressLines(label: string, out: typeof stderr): Progress {
  let said = -1;
  return {
    at: (share) => {
      const percents = Math.floor(Math.min(1, Math.max(0, share)) * 100);
      if (percents > said) out.write(`progress ${percents} ${label}\n`);
      said = Math.max(said, percents);
    },
    done: () => undefined,
  };
}

/** A progress bar labelled `label`, with the time that is left, on standard error; silent when that is no terminal, unless lines are asked for. */
export function progressBar(label: string, out = stderr): Progress {
  if (process.env[PROGRESS_VARIABLE] === 'lines') return progressLines(label, out);
  const begun = performance.now();
  let drawn = 0;
  const draw = (share: number): void => {
    const full = Math.round(share * BAR_WIDTH);
    const elapsed = (performance.now() - begun) / 1000;
    const left = share > 0.02 && share < 1 ? `, ${Math.ceil((elapsed / share) * (1 - share))} s left` : '';
    const bar = `${'━'.repeat(full)}${'╌'.repeat(BAR_WIDTH - full)}`;
    out.write(`\r\x1b[2K${label.padEnd(10)} ${styleText('cyan', bar)} ${String(Math.floor(share * 100)).padStart(3)} %${left}`);
  };
  return {
    at: (share) => {
      if (!out.isTTY || performance.now() - drawn < REDRAW_MS) return;
      drawn = performance.now();
      draw(Math.min(1, Math.max(0, share)));
    },
    done: () => {
      if (out.isTTY) out.write('\r\x1b[2K');
    },
  };
}

/** Counts the steps of work whose end is not known, on standard error; silent when that is no terminal. */
export function stepCounter(out = stderr): {
  readonly begin: (label: string) => void;
  readonly step: () => void;
  readonly done: () => void;
} {
  let text = '';
  let steps = 0;
  let drawn = 0;
  return {
    begin: (label) => {
      text = label;
      steps = 0;
    },
    step: () => {
      steps++;
      if (!out.isTTY || performance.now() - drawn < REDRAW_MS) return;
      drawn = performance.now();
      out.write(`\r\x1b[2K${text}: ${count(steps)} steps`);
    },
    done: () => {
      if (out.isTTY) out.write('\r\x1b[2K');
    },
  };
}

/** A line for people, on standard error, so that standard output holds results alone. */
export const say = (text: string): void => void stderr.write(`${text}\n`);
/** A passing remark. */
export const remark = (text: string): void => say(styleText('dim', printable(text)));
const warn = (text: string): void => say(printable(text));

/** The terminal as the listener of work that the application does. */
export const terminal: Listener = { progress: (label) => progressBar(label), remark, warn };

export const signedMoney = (dollars: number): string => (dollars > 0 ? `+${money(dollars)}` : money(dollars));
export const count = (value: number): string => value.toLocaleString('en-US');
export const percent = (share: number, digits = 2): string => `${(share * 100).toFixed(digits)} %`;
