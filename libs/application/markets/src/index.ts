export { loadBars, type LoadedMarket, type MarketBars } from './load-bars.ts';
export { newManifest } from './new-manifest.ts';
