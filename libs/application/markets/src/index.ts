export { aggregateBars } from './aggregate-bars.ts';
export { checkSource } from './check-source.ts';
export { loadBars, type LoadedMarket } from './load-bars.ts';
export { type MarketBars } from './market-bars.ts';
export { newManifest } from './new-manifest.ts';
export { loadSample } from './sample.ts';
export { selectBars } from './select-bars.ts';
export { requireBarFileName, writeBars } from './write-bars.ts';
