import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ClientInfo } from '@app/audit';
import { Client, CurrentPrincipal, Fresh, type Principal, Problems, Roles } from '@app/http';
import type { UserId } from '@app/users';
import { PasswordReset } from '../password-reset.service.js';
import { AcceptedDto } from './authentication.dto.js';
import { userIdInPath } from './user-id.pipe.js';

@ApiTags('admin')
@ApiBearerAuth()
@Roles('admin')
@Controller('v1/admin/users/:userId/password/reset')
export class AdminPasswordController {
  constructor(private readonly passwordReset: PasswordReset) {}

  @Post()
  @HttpCode(202)
  @Fresh()
  @ApiOperation({
    summary: 'Mail the owner of an account a link to a new password',
    description: 'Nobody but the owner chooses it. Until then the password stays as it is, and no session ends.',
  })
  @ApiAcceptedResponse({ type: AcceptedDto })
  @Problems(401, 403, 404, 409)
  async request(
    @Param('userId', userIdInPath) id: UserId,
    @CurrentPrincipal() principal: Principal,
    @Client() client: ClientInfo,
  ): Promise<AcceptedDto> {
    await this.passwordReset.requestFor(id, principal.userId as UserId, client);
    return { status: 'accepted' };
  }
}
