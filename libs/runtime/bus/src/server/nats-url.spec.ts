import { describe, expect, it } from '@jest/globals';
import { connectionOptionsOf, withoutSecrets } from './nats-url.ts';

describe('a NATS URL', () => {
  it('may name one server, with or without a scheme and port', () => {
    expect(connectionOptionsOf('nats://bus:4222')).toEqual({ servers: ['bus:4222'] });
    expect(connectionOptionsOf('bus')).toEqual({ servers: ['bus'] });
    expect(connectionOptionsOf('127.0.0.1:4333')).toEqual({ servers: ['127.0.0.1:4333'] });
  });

  it('may name several', () => {
    expect(connectionOptionsOf('nats://a:4222, nats://b:4222,')).toEqual({ servers: ['a:4222', 'b:4222'] });
  });

  it('may carry credentials, which the client library would ignore', () => {
    expect(connectionOptionsOf('nats://risk:p%40ss@bus:4222')).toEqual({ servers: ['bus:4222'], user: 'risk', pass: 'p@ss' });
    expect(connectionOptionsOf('nats://t0ken@bus')).toEqual({ servers: ['bus'], token: 't0ken' });
  });

  it('may ask for TLS', () => {
    expect(connectionOptionsOf('tls://bus:4222')).toEqual({ servers: ['bus:4222'], tls: {} });
  });

  it('is shown without its credentials', () => {
    expect(withoutSecrets('nats://risk:secret@bus:4222')).toBe('nats://bus:4222');
    expect(withoutSecrets('risk:secret@a:1,nats://t0ken@b:2')).toBe('a:1,nats://b:2');
    expect(withoutSecrets('nats://bus:4222')).toBe('nats://bus:4222');
  });
});
