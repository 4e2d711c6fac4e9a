import { FastifyAdapter } from '@nestjs/platform-fastify';

// The yardstick of whatever answers over HTTP: a bare server that says what it was told.
const server = new FastifyAdapter().getInstance();
server.post('/v2/orders', (request) => request.body);
await server.listen({ port: 0, host: '127.0.0.1' });
const [address] = server.addresses();
process.send?.({ port: address?.port });
