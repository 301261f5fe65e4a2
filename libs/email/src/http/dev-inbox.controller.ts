import { Controller, Get, NotFoundException, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MailConfig, RuntimeConfig } from '@app/config';
import { Public } from '@app/http';
import { type CaughtMail, DevInbox } from './dev-inbox.js';
import { devInboxHeaders, renderDevInbox } from './dev-inbox.page.js';
import { isLoopbackHost } from './loopback-host.js';

/** Shows developers the mails that nobody sent. Anywhere else there is nothing at this path. */
@Public()
@ApiExcludeController()
@Controller('dev/mail')
export class DevInboxController {
  constructor(
    private readonly inbox: DevInbox,
    private readonly config: MailConfig,
    private readonly runtime: RuntimeConfig,
  ) {}

  @Get()
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | { items: CaughtMail[] }> {
    // The Host header: a page elsewhere whose name is made to point here (DNS rebinding) must not read mails.
    if (!this.config.devInbox || !isLoopbackHost(request.headers.host)) throw new NotFoundException();
    const items = await this.inbox.newest();
    void reply.header('vary', 'accept');
    if (request.headers.accept?.includes('application/json')) return { items };
    void reply.headers(devInboxHeaders);
    return renderDevInbox(items, this.runtime.productName);
  }
}
