import { Buffer } from 'buffer';

// Codecs take Node's buffers as they find them; whoever imports them in a browser imports this before.
Object.assign(globalThis, { Buffer });
