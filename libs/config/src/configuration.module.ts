import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import {
  AdminConfig,
  type Config,
  CredentialsConfig,
  CryptoConfig,
  DatabaseConfig,
  HttpConfig,
  LimitsConfig,
  MailConfig,
  OauthConfig,
  OutboundConfig,
  PasskeyConfig,
  QueueConfig,
  RuntimeConfig,
  SessionConfig,
} from './concerns.js';

const concerns: ReadonlyArray<readonly [abstract new () => object, keyof Config]> = [
  [RuntimeConfig, 'runtime'],
  [HttpConfig, 'http'],
  [DatabaseConfig, 'database'],
  [QueueConfig, 'queue'],
  [CryptoConfig, 'crypto'],
  [MailConfig, 'mail'],
  [SessionConfig, 'sessions'],
  [OauthConfig, 'oauth'],
  [PasskeyConfig, 'passkeys'],
  [LimitsConfig, 'limits'],
  [CredentialsConfig, 'credentials'],
  [OutboundConfig, 'outbound'],
  [AdminConfig, 'admin'],
];

/** Makes each concern of a loaded Config injectable everywhere. The environment was read and judged before. */
@Module({})
export class ConfigurationModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ConfigurationModule,
      global: true,
      imports: [ConfigModule.forRoot({ ignoreEnvFile: true, skipProcessEnv: true, load: [() => config] })],
      providers: concerns.map(([token, key]) => ({
        provide: token,
        useFactory: (service: ConfigService) => service.getOrThrow<object>(key),
        inject: [ConfigService],
      })),
      exports: concerns.map(([token]) => token),
    };
  }
}
