import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ConfigurationError } from '@app/config';
import { AppError } from '@app/errors';
import { FirstAdmin } from '../first-admin.service.js';

/** Creates the administrator of the settings when the API starts; settings that cannot be used stop it. */
@Injectable()
export class AdminFromSettings implements OnApplicationBootstrap {
  private readonly log = new Logger('FirstAdmin');

  constructor(private readonly firstAdmin: FirstAdmin) {}

  async onApplicationBootstrap(): Promise<void> {
    try {
      if (await this.firstAdmin.createFromSettings()) this.log.log('The first administrator was created from settings');
    } catch (error) {
      if (!(error instanceof AppError) || error.kind === 'unavailable') throw error;
      const setting = error.code.startsWith('users.') ? 'GATEHOUSE_ADMIN_EMAIL' : 'GATEHOUSE_ADMIN_PASSWORD';
      throw new ConfigurationError([`${setting}: ${error.detail}`]);
    }
  }
}
