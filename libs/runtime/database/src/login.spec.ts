import { describe, expect, it } from '@jest/globals';
import { loginFrom } from './login.ts';

const token = (): Promise<string> => Promise.resolve('a token');
const read = (url: string): ReturnType<typeof loginFrom> => loginFrom(url, 'DATABASE_URL', token);

describe('the address of a database', () => {
  it('says who gets in where', () => {
    expect(read('postgres://me:p%40ss@db.example:6543/my%20data?sslmode=require')).toEqual({
      ...{ host: 'db.example', port: 6543, user: 'me', password: 'p@ss', database: 'my data', ssl: true },
    });
    expect(read('postgresql://me:x@localhost/d')).toMatchObject({ port: 5432, ssl: false });
    expect(read('postgres://me:x@localhost/d?sslmode=no-verify').ssl).toEqual({ rejectUnauthorized: false });
  });

  it('without a password is of a server that takes tokens, asked for anew each time, over TLS alone', async () => {
    const { password, ssl } = read('postgres://app@one.postgres.database.azure.com/d');
    expect([password, ssl]).toEqual([token, true]);
    expect(() => read('postgres://app@one.postgres.database.azure.com/d?sslmode=disable')).toThrow(
      'DATABASE_URL has no password, and a token may not travel without sslmode',
    );
    expect(() => read('postgres://app@localhost/d')).toThrow('DATABASE_URL has no password');
  });

  it.each([
    ['localhost', 'is no address'],
    ['mysql://a:b@c/d', 'begins with mysql:'],
    ['postgres://c/d', 'names no user'],
    ['postgres://a:b@c', 'names no database'],
    ['postgres://a:b@c/', 'names no database'],
    ['postgres://a:secret@c/d?sslmode=perhaps', 'has the sslmode "perhaps"'],
  ])('%s is refused', (url, problem) => {
    expect(() => read(url)).toThrow(`DATABASE_URL ${problem}`);
    expect(() => read(url)).toThrow(expect.not.stringContaining('secret'));
  });
});
