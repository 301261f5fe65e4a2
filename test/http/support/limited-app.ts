import { Body, Controller, type DynamicModule, HttpCode, Module, Post } from '@nestjs/common';
import { ApiOkResponse, ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import type { Config } from '@app/config';
import { Public } from '@app/http';
import { RateLimit } from '@app/limits/http';
import { FloorModule } from '../../../apps/floor.module.js';

class Attempt {
  @ApiProperty() @IsString() identifier!: string;
}

class Outcome {
  @ApiProperty() ok!: boolean;
}

@Public()
@Controller('v1/attempts')
class AttemptsController {
  @Post()
  @HttpCode(200)
  @RateLimit(
    { rule: 'login.address', by: 'address' },
    { rule: 'login.account', by: { account: 'identifier' } },
    { rule: 'login.pair', by: { pair: 'identifier' } },
  )
  @ApiOkResponse({ type: Outcome })
  attempt(@Body() _attempt: Attempt): Outcome {
    return { ok: true };
  }
}

@Module({})
class LimitedModule {}

/** The floor with one limited route. */
export const limitedRoot = (config: Config): DynamicModule => ({
  module: LimitedModule,
  imports: [FloorModule.forRoot(config, 'gatehouse test')],
  controllers: [AttemptsController],
});
