export { loadBars, type LoadedMarket, type MarketBars, type MarketKnowledge } from './load-bars.ts';
export { newManifest } from './new-manifest.ts';
