import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthChecks } from '@app/health';
import { MailTransport } from './mail-transport.js';

/** Shows trouble with the mail server; a process without it still serves. */
@Injectable()
export class MailChecks implements OnModuleInit {
  constructor(
    private readonly checks: HealthChecks,
    private readonly transport: MailTransport,
  ) {}

  onModuleInit(): void {
    this.checks.register({ name: 'mail', critical: false, check: () => this.transport.check() });
  }
}
