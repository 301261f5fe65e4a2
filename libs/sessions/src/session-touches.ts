import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SessionConfig } from '@app/config';
import { SessionsRepository } from './sessions.repository.js';

const flushEvery = 5_000;

/**
 * Remembers which sessions were used and writes that in batches, so that a session check stays one read. What a
 * killed process forgets is at most five seconds of "last seen".
 */
@Injectable()
export class SessionTouches implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(SessionTouches.name);
  private touched = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly config: SessionConfig,
  ) {}

  add(sessionId: string): void {
    this.touched.add(sessionId);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), flushEvery).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /** Writes what was remembered; what cannot be written now is tried again at the next flush. */
  async flush(): Promise<void> {
    if (this.touched.size === 0) return;
    const batch = this.touched;
    this.touched = new Set();
    try {
      await this.sessions.touch([...batch], this.config.idleExpiry);
    } catch (error) {
      for (const id of batch) this.touched.add(id);
      this.log.warn(`session use not recorded: ${String(error)}`);
    }
  }
}
