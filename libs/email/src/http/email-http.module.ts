import { Module } from '@nestjs/common';
import { DevInbox } from './dev-inbox.js';
import { DevInboxController } from './dev-inbox.controller.js';

/** The dev inbox, which answers 404 unless MailConfig.devInbox. */
@Module({ controllers: [DevInboxController], providers: [DevInbox] })
export class EmailHttpModule {}
