import { Body, Controller, Delete, Get, HttpCode, Param, type PipeTransform, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { isUUID } from 'class-validator';
import type { ClientInfo } from '@app/audit';
import { Client, CurrentPrincipal, Fresh, type Principal, Problems } from '@app/http';
import { RateLimit } from '@app/limits/http';
import type { UserId } from '@app/users';
import { DomainVerification } from '../domains/domain-verification.service.js';
import { DomainsRepository } from '../domains/domains.repository.js';
import { domainNotFound } from '../indieauth.errors.js';
import { DomainCodeDto, DomainDto, domainDto, DomainListDto, NewDomainDto } from './domains.dto.js';

/** A domain's id in a path; what cannot be one names no domain. */
const domainId: PipeTransform<string, string> = {
  transform(value) {
    if (!isUUID(value)) throw domainNotFound();
    return value;
  },
};

@ApiTags('me')
@ApiBearerAuth()
@Controller('v1/me/domains')
export class MyDomainsController {
  constructor(
    private readonly domains: DomainsRepository,
    private readonly verification: DomainVerification,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The pages that the caller signs in with elsewhere (IndieAuth), the oldest first' })
  @ApiOkResponse({ type: DomainListDto })
  @Problems(401)
  async list(@CurrentPrincipal() { userId }: Principal): Promise<DomainListDto> {
    return { items: (await this.domains.list(userId as UserId)).map(domainDto), nextCursor: null };
  }

  @Post()
  @Fresh()
  @RateLimit({ rule: 'domains.user', by: 'user' })
  @ApiOperation({
    summary: 'Add a page',
    description:
      'Publish the TXT record of the answer, and let the page say ' +
      '`<link rel="indieauth-metadata" href="{PUBLIC_URL}/indieauth/.well-known/oauth-authorization-server">` and ' +
      '`<a rel="me" href="mailto:…">`. Then have a code mailed to that address, and type it.',
  })
  @ApiCreatedResponse({ type: DomainDto })
  @Problems(400, 401, 403, 409, 413, 415, 429)
  async add(
    @CurrentPrincipal() { userId }: Principal,
    @Body() { me }: NewDomainDto,
    @Client() client: ClientInfo,
  ): Promise<DomainDto> {
    return domainDto(await this.verification.add(userId as UserId, me, client));
  }

  @Post(':id/code')
  @HttpCode(200)
  @RateLimit({ rule: 'domains.user', by: 'user' })
  @ApiOperation({ summary: 'Look for the TXT record, and mail a code to the address on the page' })
  @ApiOkResponse({ type: DomainDto })
  @Problems(401, 404, 409, 429, 502)
  async sendCode(
    @CurrentPrincipal() { userId }: Principal,
    @Param('id', domainId) id: string,
    @Client() client: ClientInfo,
  ): Promise<DomainDto> {
    return domainDto(await this.verification.sendCode(userId as UserId, id, client));
  }

  @Post(':id/verify')
  @HttpCode(200)
  @RateLimit({ rule: 'domains.user', by: 'user' })
  @ApiOperation({ summary: 'Prove the page by the code of the mail' })
  @ApiOkResponse({ type: DomainDto })
  @Problems(400, 401, 404, 409, 410, 413, 415, 429, 502)
  async verify(
    @CurrentPrincipal() { userId }: Principal,
    @Param('id', domainId) id: string,
    @Body() { code }: DomainCodeDto,
    @Client() client: ClientInfo,
  ): Promise<DomainDto> {
    return domainDto(await this.verification.verify(userId as UserId, id, code, client));
  }

  @Delete(':id')
  @HttpCode(204)
  @Fresh()
  @ApiOperation({ summary: 'Remove a page: nobody signs in with it any more' })
  @ApiNoContentResponse()
  @Problems(401, 403, 404)
  async remove(
    @CurrentPrincipal() { userId }: Principal,
    @Param('id', domainId) id: string,
    @Client() client: ClientInfo,
  ): Promise<void> {
    await this.verification.remove(userId as UserId, id, client);
  }
}
