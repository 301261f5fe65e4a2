import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ClientInfo } from '@app/audit';
import { Client, Problems, Public } from '@app/http';
import { RateLimit } from '@app/limits/http';
import { EmailVerification } from '../email-verification.service.js';
import { Registration } from '../registration.service.js';
import { AcceptedDto, RegisterDto, TokenDto, VerifiedDto } from './authentication.dto.js';

@ApiTags('auth')
@Controller('v1/auth')
@Public()
export class RegistrationController {
  constructor(
    private readonly registration: Registration,
    private readonly verification: EmailVerification,
  ) {}

  @Post('register')
  @HttpCode(202)
  @RateLimit({ rule: 'register.address', by: 'address' }, { rule: 'register.account', by: { account: 'email' } })
  @ApiOperation({ summary: 'Register; the same answer for known and unknown addresses, the rest comes by mail' })
  @ApiAcceptedResponse({ type: AcceptedDto })
  @Problems(400, 409, 413, 415, 429)
  async register(@Body() body: RegisterDto, @Client() client: ClientInfo): Promise<AcceptedDto> {
    const { email, password, username, ...profile } = body;
    await this.registration.request({ email, password, username: username ?? undefined, profile }, client);
    return { status: 'accepted' };
  }

  @Post('email/verify')
  @HttpCode(200)
  @RateLimit({ rule: 'verify.address', by: 'address' })
  @ApiOperation({ summary: 'Prove an address: completes a registration or a change of address' })
  @ApiOkResponse({ type: VerifiedDto })
  @Problems(400, 409, 410, 413, 415, 429)
  async verify(@Body() body: TokenDto, @Client() client: ClientInfo): Promise<VerifiedDto> {
    await this.verification.verify(body.token, client);
    return { status: 'verified' };
  }
}
