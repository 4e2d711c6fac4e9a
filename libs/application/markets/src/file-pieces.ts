import { loadBarFiles, TooManyBarsError, type LoadedBars, type LoadOptions } from '@aitrader/adapter-bar-files';
import { MINUTES_OF, type EpochMs, epochMs } from '@aitrader/model';

/*
 * A file that holds more bars than memory, in pieces of time.
 *
 * 1. The bars of all pieces are those of the file, each once, whatever order its rows are in.
 * 2. No more than `barsMax` bars are held. The file is read once for each piece instead, as its rows may be in any order of symbols.
 */

/** Most bars of a piece: around half a gigabyte while they are sorted. */
export const PIECE_BARS_MAX = 5_000_000;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Bars do not lie evenly in time: pieces are taken so much smaller than would just fit. */
const SPARE = 1.25;
/** A file that comes to more has bars so unlike in time that halving does not help. */
const PIECES_MAX = 4_096;

/** A stretch of closes, both included, that is one of `of` pieces of a file. */
export interface Piece {
  readonly index: number;
  readonly of: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export interface LoadedPiece extends LoadedBars {
  /** undefined for a file that fits as it is */
  readonly piece: Piece | undefined;
}

/** How a file is read: its options, and what is asked before a piece is loaded. */
export interface PieceReading {
  readonly options: LoadOptions;
  readonly barsMax: number;
  /** whether a piece is needed at all */
  readonly isWanted: (piece: Piece) => boolean;
}

/** Loads a file whole, or in as many pieces as it takes. @throws BarFileError */
export async function* loadInPieces(file: string, reading: PieceReading): AsyncGenerator<LoadedPiece> {
  const { options, barsMax } = reading;
  let share = 0;
  const onProgress = (done: number, total: number): void => {
    share = total === 0 ? 1 : done / total;
    options.onProgress?.(done, total);
  };
  try {
    yield { ...(await loadBarFiles([file], { ...options, barsMax, onProgress })), piece: undefined };
    return;
  } catch (error) {
    if (!(error instanceof TooManyBarsError)) throw error;
  }
  const held = await loadBarFiles([file], { ...options, symbols: [] });
  // a small file is over the limit before a first part of it is reported
  for (let count = share > 0 ? Math.min(Math.max(2, Math.ceil(SPARE / share)), PIECES_MAX) : 2; ; count *= 2) {
    try {
      yield* loadPieces(file, reading, held, piecesOf(held, options, count));
      return;
    } catch (error) {
      if (!(error instanceof TooManyBarsError) || count * 2 > PIECES_MAX) throw error;
    }
  }
}

async function* loadPieces(
  file: string,
  { options, barsMax, isWanted }: PieceReading,
  { table: { timeframe } }: LoadedBars,
  pieces: readonly Piece[],
): AsyncGenerator<LoadedPiece> {
  for (const piece of pieces) {
    if (!isWanted(piece)) continue;
    const { from, to } = piece;
    yield { ...(await loadBarFiles([file], { ...options, timeframe, barsMax, from, to })), piece };
  }
}

/** Cuts the closes of a file, or what is wanted of them, into stretches of equal length. */
function piecesOf({ table, held }: LoadedBars, { from = epochMs(0), to }: LoadOptions, count: number): Piece[] {
  // a daily bar closes up to two days after midnight where it is stamped
  const spanMs = table.timeframe === '1d' ? 2 * DAY_MS : MINUTES_OF[table.timeframe] * MINUTE_MS;
  const first = Math.max(from, Math.min(...held.map(({ firstStart }) => firstStart)));
  const last = Math.min(to ?? Infinity, Math.max(...held.map(({ lastStart }) => lastStart)) + spanMs);
  const length = Math.max(MINUTE_MS, Math.ceil((last - first + 1) / count));
  const pieces = Array.from({ length: count }, (_, i) => ({
    from: first + i * length,
    to: Math.min(last, first + (i + 1) * length - 1),
  }));
  return pieces
    .filter((piece) => piece.from <= piece.to)
    .map((piece, index, { length: of }) => ({ index, of, from: epochMs(piece.from), to: epochMs(piece.to) }));
}
