export { runLiveFeed } from './live-feed.ts';
export { type LiveFeedOptions, type LiveListener } from './live-feed-options.ts';
export { type LiveVendor } from './live-vendor.ts';
export { firstMinute, lastMinute } from './live-dates.ts';
export { openLiveVendor } from './open-live-vendor.ts';
