/** What travels through the queue: ids, so that a job tells nothing to whoever can read the queue. */
export interface OutboxJob {
  readonly outboxId: string;
  readonly topic: string;
  readonly reference: string;
  /** How often the row was handed over, this time included. */
  readonly attempt: number;
}
