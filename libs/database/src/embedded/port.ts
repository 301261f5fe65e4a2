import { createServer } from 'node:net';

/** The preferred port of 127.0.0.1 if it is free, else any free one. */
export async function usablePort(preferred: number): Promise<number> {
  return (preferred > 0 ? await tryPort(preferred) : undefined) ?? (await tryPort(0)) ?? noPort();
}

function tryPort(port: number): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const taken = (server.address() as { port: number }).port;
      server.close(() => resolve(taken));
    });
  });
}

function noPort(): never {
  throw new Error('No port of 127.0.0.1 is free.');
}
