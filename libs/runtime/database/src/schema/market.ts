import { Entity, Index } from 'typeorm';
import { Float8, Int4, Int8, KeyInt4, KeyInt8, KeyText, Text } from './columns.ts';

/** The universe of a run. */
@Entity({ schema: 'market', name: 'symbols' })
export class MarketSymbol {
  @KeyInt4() runId!: number;
  @KeyText() symbol!: string;
  /** number of the shard that its bars travel in */
  @Int4() shard!: number;
}

/**
 * A bar as a run saw it, once for each version of it: a vendor's revision is another row with a later sequence. Of several versions the one
 * with the highest sequence up to a place in the recording is the one that was known there.
 */
@Entity({ schema: 'market', name: 'bars' })
export class MarketBar {
  @KeyInt4() runId!: number;
  @KeyText() symbol!: string;
  @KeyInt8() t!: number;
  @KeyInt8() seq!: number;
  @Float8() open!: number;
  @Float8() high!: number;
  @Float8() low!: number;
  @Float8() close!: number;
  @Float8() volume!: number;
  @Int8() flags!: number;
  @Int8() knownAt!: number;
}

/** A symbol without a bar in an interval, for a reason of its own. */
@Entity({ schema: 'market', name: 'gaps' })
export class MarketGap {
  @KeyInt4() runId!: number;
  @KeyText() symbol!: string;
  @KeyInt8() t!: number;
  @KeyInt8() seq!: number;
  @Text() cause!: string;
}

/** What a company did to its shares, as a run was told it. */
@Entity({ schema: 'market', name: 'corporate_actions' })
@Index('corporate_actions_of_symbol', ['runId', 'symbol', 'exAt'])
export class CorporateAction {
  @KeyInt4() runId!: number;
  @KeyInt8() seq!: number;
  @KeyInt4() place!: number;
  @Text() actionId!: string;
  @Text() kind!: string;
  @Text() symbol!: string;
  @Int8() exAt!: number;
  @Int8() payAt!: number;
  @Int8() newShares!: number;
  @Int8() oldShares!: number;
  @Int8() cash!: number;
  @Text() other!: string;
}

/** A slice of bars: who said them, and when they were known. */
@Entity({ schema: 'market', name: 'slices' })
@Index('slices_of_interval', ['runId', 't'])
export class MarketSlice {
  @KeyInt4() runId!: number;
  @KeyInt8() seq!: number;
  @Int8() t!: number;
  @Int4() shard!: number;
  @Int8() knownAt!: number;
  /** vendor and feed; empty where it is not known */
  @Text() feed!: string;
  /** why a symbol of the shard is absent that has no gap of its own */
  @Text() absent!: string;
  @Int4() bars!: number;
  @Int4() revisions!: number;
}

/** Where the bars of a run come from. */
@Entity({ schema: 'market', name: 'vendors' })
export class MarketVendor {
  @KeyInt4() runId!: number;
  /** from 0 */
  @KeyInt4() place!: number;
  @Text() name!: string;
  /** of the file as read; empty where there is none */
  @Text() sha256!: string;
  /** what it was recognised as */
  @Text() shape!: string;
  @Text() adjustment!: string;
}

/** A trade date that a run has seen, with the regular session of the exchange; nulls where the calendar has none. */
@Entity({ schema: 'market', name: 'sessions' })
export class MarketSession {
  @KeyInt4() runId!: number;
  @KeyText() tradeDate!: string;
  @Int8({ nullable: true }) opensAt!: number | null;
  @Int8({ nullable: true }) closesAt!: number | null;
  /** the last interval of it that was seen */
  @Int8() lastT!: number;
}
