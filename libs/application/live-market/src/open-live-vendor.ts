import type { LiveEvents } from '@aitrader/adapter-live-bars';
import type { Ticker } from '@aitrader/model';
import type { LiveVendorName } from '@aitrader/runtime-configuration';
import { alpacaLive } from './alpaca-live.ts';
import { finnhubLive } from './finnhub-live.ts';
import type { LiveVendor } from './live-vendor.ts';
import { frameLogOf, type LiveHost } from './vendor-history.ts';
import { yahooLive } from './yahoo-live.ts';

/** Opens a live vendor; nothing is asked yet. @throws ConfigurationError, VendorKeysError for keys that are missing, or a feed that there is not */
export function openLiveVendor(name: LiveVendorName, feed: string, symbols: readonly Ticker[], host: LiveHost): LiveVendor {
  const vendor = opened(name, feed, symbols, host);
  return { ...vendor, stream: (events) => keepFrames(vendor, events, host) };
}

function opened(name: LiveVendorName, feed: string, symbols: readonly Ticker[], host: LiveHost): LiveVendor {
  switch (name) {
    case 'alpaca':
      return alpacaLive(feed, symbols, host);
    case 'finnhub':
      return finnhubLive(symbols, host);
    case 'yahoo':
      return yahooLive(symbols, host);
  }
}

/** Keeps what is streamed, where there is a place for it. */
function keepFrames(vendor: LiveVendor, events: LiveEvents, host: LiveHost): ReturnType<LiveVendor['stream']> {
  const [name = '', feed = ''] = vendor.feed.split('/');
  const frames = frameLogOf(host, name, `stream-${feed}`);
  if (frames === undefined) return vendor.stream(events);
  const stream = vendor.stream({
    ...events,
    raw: (frame, at) => {
      frames.keep(frame, at);
      events.raw(frame, at);
    },
  });
  return {
    open: () => stream.open(),
    close: async () => {
      await stream.close();
      await frames.close();
    },
  };
}
