import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ClientInfo } from '@app/audit';
import { Client, Problems, Public } from '@app/http';
import { RateLimit } from '@app/limits/http';
import { Recovery } from '../recovery.service.js';
import { type AnySignInDto, signInSchema } from './authentication.dto.js';
import { RecoveryDto } from './factor-reset.dto.js';
import { signInAnswer } from './sign-in-answer.js';

@ApiTags('auth')
@Controller('v1/auth')
@Public()
export class RecoveryController {
  constructor(private readonly recovery: Recovery) {}

  @Post('recovery')
  @HttpCode(200)
  @RateLimit({ rule: 'login.address', by: 'address' })
  @ApiOperation({
    summary: 'Finish the reset of lost second factors',
    description:
      'With the link of the mail and the password, once the reset has taken effect. All second factors are removed and all sessions ended. The new session lives 15 minutes and can do nothing but set up new factors; sign in anew after.',
  })
  @ApiOkResponse({ schema: signInSchema })
  @Problems(400, 401, 403, 410, 413, 415, 429)
  async finish(
    @Body() { token, password, delivery: carrier }: RecoveryDto,
    @Client() client: ClientInfo,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnySignInDto> {
    return signInAnswer(await this.recovery.finish(token, password, { carrier, client }), reply);
  }
}
