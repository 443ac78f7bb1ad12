import fastifyStatic from '@fastify/static';
import Fastify from 'fastify';

/** @fastify/static on the folder of its argument; `startStatic` runs it in a process of its own. Prints its address. */
const app = Fastify();
await app.register(fastifyStatic, { root: process.argv[2] ?? '' });
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
