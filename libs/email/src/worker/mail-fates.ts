import { Injectable } from '@nestjs/common';
import { Metrics } from '@app/health';
import { Counter } from 'prom-client';
import type { MailFate } from '../persistence/mail-delivery.entity.js';

/** Counts what becomes of attempts. */
@Injectable()
export class MailFates {
  private readonly counter: Counter<'kind' | 'fate'>;

  constructor(metrics: Metrics) {
    this.counter = new Counter({
      name: 'gatehouse_mail_attempts_total',
      help: 'Attempts to deliver a mail, by what became of them',
      labelNames: ['kind', 'fate'],
      registers: [metrics.registry],
    });
  }

  count(kind: string, fate: MailFate): void {
    this.counter.inc({ kind, fate });
  }
}
