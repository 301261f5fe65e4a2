import { type DynamicModule, Module } from '@nestjs/common';
import { type Config, } from '@app/config';
import { ConfigurationModule } from '@app/config';
import { CryptoModule } from '@app/crypto';
import { HttpModule } from '@app/http';

/** Composition root of the API: each lib's HTTP face, and nothing else. */
@Module({})
export class ApiModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ApiModule,
      imports: [ConfigurationModule.forRoot(config), CryptoModule, HttpModule],
    };
  }
}
