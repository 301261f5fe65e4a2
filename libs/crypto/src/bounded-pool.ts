/** The pool is full and so is its queue. */
export class PoolOverflow extends Error {}

/** Runs at most `width` tasks at once and lets at most `queueLimit` more wait, first come first served. */
export class BoundedPool {
  private running = 0;
  private readonly waiting: Array<() => void> = [];

  constructor(
    private readonly width: number,
    private readonly queueLimit: number,
  ) {}

  /** Tasks running and waiting. */
  get load(): number {
    return this.running + this.waiting.length;
  }

  /** @throws PoolOverflow at once, without running the task, when the queue is full. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.running >= this.width) {
      if (this.waiting.length >= this.queueLimit) throw new PoolOverflow();
      await new Promise<void>((resume) => this.waiting.push(resume));
    } else {
      this.running += 1;
    }
    try {
      return await task();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
