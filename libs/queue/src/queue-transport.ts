import type { BackendFactory, ConnectionOptions, IQueueBackend } from 'bullmq';

export type QueueBackendFactory = BackendFactory<IQueueBackend, ConnectionOptions>;

/**
 * What carries the jobs: PostgreSQL or Redis. Postgres stays the truth either way; a transport may lose every job
 * and the outbox hands them over again.
 */
export abstract class QueueTransport {
  /** Makes what a Queue talks to: answers or fails soon, never waits for a server to come back. */
  abstract readonly producer: QueueBackendFactory;

  /** Makes what a Worker talks to: waits for as long as the server is away. */
  abstract readonly consumer: QueueBackendFactory;

  /** Whether a process may start without the transport: a lost Redis is waited for, a lost database is not. */
  abstract readonly mayStartWithout: boolean;

  /** @throws where the transport is reachable and cannot be used, for want of a schema say. */
  abstract assertUsable(): Promise<void>;

  /** Ends what producers and consumers shared; called after they are closed. */
  abstract close(): Promise<void>;
}
