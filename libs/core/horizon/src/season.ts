import type { Moment } from '@aitrader/core-sessions';
import { read } from '@aitrader/model';
import { SEASON, SEASON_WIDTH, type HorizonLaws } from './horizon-laws.ts';

/*
 * How much a symbol moves in each part of a session, and over a night, as a multiple of its state's variance per minute. The state counts
 * bars where this counts minutes: of a symbol that trades in one minute of five, the rates are a fifth.
 *
 * 1. Rates are positive and finite, whatever the bars were.
 */

const MS_PER_MINUTE = 60_000;
/** Minutes of a whole session. */
export const SESSION_LENGTH = 390;
const FEW_MINUTES = 5;
const HALF_HOUR = 30;
const HALF_HOURS = 13;
const FIRST_MINUTES = 13;
const LAST_MINUTES = 14;
/** Rates of the parts where nothing is known: half hours, the first five minutes, and the last. Means over twelve stocks of a year. */
const USUAL = Float64Array.of(...[2.2, 1.4, 1.15, 1, 0.9, 0.85, 0.8, 0.8, 0.8, 0.85, 0.95, 1.1, 1.5], 5, 2);
/** Minutes that the usual rate of a half hour weighs, and of the few minutes; and that the usual level weighs. */
const USUAL_MINUTES = 300;
const USUAL_FEW = 30;
const LEVEL_MINUTES = 30;
/** Minutes of a symbol's own that a night moves it for, where nothing is known, and the nights that this weighs. */
const NIGHT_MINUTES = 100;
const USUAL_NIGHTS = 3;
/** What a session keeps of its weight until the next one: half of it is gone after 46. */
const KEPT = 0.985;
/** The most that counts of a return, in multiples of its minutes' variance, and of a night's. */
const MOST = 16;
const NIGHT_MOST = 2000;

/** The part of a session in which a minute ends, `passed` after its open and `left` before its close. */
function partAt(passed: number, left: number): number {
  if (passed <= FEW_MINUTES) return FIRST_MINUTES;
  if (left < FEW_MINUTES) return LAST_MINUTES;
  return Math.min(HALF_HOURS - 1, Math.ceil(passed / HALF_HOUR) - 1);
}

/** The part of its session in which `t`, a moment of regular hours, is. */
export function partOf({ session }: Moment, t: number): number {
  if (session === undefined) return 0;
  return partAt((t - session.open) / MS_PER_MINUTE, (session.close - t) / MS_PER_MINUTE);
}

/** Learns from a return inside a session: its square over the variance per minute that was expected. */
export function learnMinutes({ season }: HorizonLaws, slot: number, part: number, square: number, minutes: number): void {
  const at = slot * SEASON_WIDTH;
  const most = MOST * (minutes + 1);
  const counted = square < most ? square : most;
  season[at + SEASON.squares + part] = read(season, at + SEASON.squares + part) + counted;
  season[at + SEASON.minutes + part] = read(season, at + SEASON.minutes + part) + minutes;
  season[at + SEASON.sum] = read(season, at + SEASON.sum) + counted;
  season[at + SEASON.usual] = read(season, at + SEASON.usual) + minutes * read(USUAL, part);
}

/** Learns from a return over so many nights, the first minutes of the session behind them included, and lets the past fade. */
export function learnNight({ season }: HorizonLaws, slot: number, square: number, nights: number): void {
  const at = slot * SEASON_WIDTH;
  for (let k = 0; k < SEASON_WIDTH; k++) season[at + k] = read(season, at + k) * KEPT;
  season[at + SEASON.nightSquares] = read(season, at + SEASON.nightSquares) + Math.min(square, NIGHT_MOST * nights);
  season[at + SEASON.nights] = read(season, at + SEASON.nights) + nights;
}

/** How lively the symbol's sessions are as a whole, against the usual rates. */
function levelOf(season: Float64Array, at: number): number {
  return (read(season, at + SEASON.sum) + LEVEL_MINUTES) / (read(season, at + SEASON.usual) + LEVEL_MINUTES);
}

/** The rate of one part of a session: variance per minute over that of the state. */
export function rateOf({ season }: HorizonLaws, slot: number, part: number): number {
  const at = slot * SEASON_WIDTH;
  return rateIn(season, at, part, levelOf(season, at));
}

function rateIn(season: Float64Array, at: number, part: number, level: number): number {
  const weight = part >= FIRST_MINUTES ? USUAL_FEW : USUAL_MINUTES;
  const squares = read(season, at + SEASON.squares + part) + weight * read(USUAL, part);
  return (level * squares) / (level * read(season, at + SEASON.minutes + part) + weight);
}

/** Where a horizon begins: minutes passed since the open of its session, and minutes left to the close. */
export interface Start {
  passed: number;
  left: number;
}

/**
 * Multiple of the state's variance per minute that the `horizon` minutes of regular hours after a start come to, the nights on the way
 * included. Sessions to come are taken for whole ones. O(parts)
 */
export function pathOf({ season }: HorizonLaws, slot: number, { passed, left }: Start, horizon: number): number {
  const at = slot * SEASON_WIDTH;
  const level = levelOf(season, at);
  const here = Math.min(horizon, left);
  let path = stretch(season, at, level, passed, passed + here, passed + left);
  let rest = horizon - here;
  if (rest <= 0) return path;
  const night =
    (read(season, at + SEASON.nightSquares) + USUAL_NIGHTS * NIGHT_MINUTES * level) /
    (read(season, at + SEASON.nights) + USUAL_NIGHTS);
  const whole = Math.ceil(rest / SESSION_LENGTH) - 1;
  path += night * (whole + 1);
  if (whole > 0) path += whole * stretch(season, at, level, 0, SESSION_LENGTH, SESSION_LENGTH);
  rest -= whole * SESSION_LENGTH;
  return path + stretch(season, at, level, 0, rest, SESSION_LENGTH);
}

/** Where half hours begin and end in a session that is `length` minutes long: without its first and last few minutes. */
const beginOf = (part: number): number => (part === 0 ? FEW_MINUTES : part * HALF_HOUR);
const endOf = (part: number, length: number): number =>
  Math.min((part + 1) * HALF_HOUR, Math.max(FEW_MINUTES, length - FEW_MINUTES));

/** Sum of the rates over the minutes from … to of a session of a length. O(half hours between them) */
function stretch(season: Float64Array, at: number, level: number, from: number, to: number, length: number): number {
  let sum = 0;
  const ended = Math.min(HALF_HOURS, Math.ceil(to / HALF_HOUR));
  for (let part = Math.floor(from / HALF_HOUR); part < ended; part++) {
    const minutes = Math.min(to, endOf(part, length)) - Math.max(from, beginOf(part));
    if (minutes > 0) sum += minutes * rateIn(season, at, part, level);
  }
  const first = Math.min(to, FEW_MINUTES) - from;
  if (first > 0) sum += first * rateIn(season, at, FIRST_MINUTES, level);
  const last = Math.min(to, length) - Math.max(from, length - FEW_MINUTES);
  if (last > 0) sum += last * rateIn(season, at, LAST_MINUTES, level);
  return sum;
}
