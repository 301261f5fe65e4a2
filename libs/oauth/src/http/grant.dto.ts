import { ApiProperty } from '@nestjs/swagger';
import type { Access } from '../given-access.service.js';
import { wordingsOf } from '../scope-wordings.js';

export class GrantDto {
  @ApiProperty({ description: 'Names the application in DELETE /v1/me/grants/{grantId}' }) id: string;
  @ApiProperty() clientId: string;
  @ApiProperty({ description: 'What the application calls itself, or its client_id' }) clientName: string;
  @ApiProperty({ description: 'One of our own programs: it was let in without a question' }) firstParty: boolean;
  @ApiProperty({ type: [String] }) scopes: string[];
  @ApiProperty({ type: [String], description: 'Claims that were asked for one by one' }) claims: string[];
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
    description: 'Scopes of each resource (RFC 8707)',
  })
  resources: Record<string, string[]>;
  @ApiProperty({ type: [String], description: 'All of that, a sentence each' }) allowed: string[];
  @ApiProperty({ description: 'It may go on while nobody is signed in' }) offline: boolean;
  @ApiProperty({ format: 'date-time' }) since: string;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When it last got something for this; null: it holds nothing now',
  })
  lastUsedAt: string | null;
  @ApiProperty({ type: [String], format: 'uuid', description: 'Sessions in which it was let in, while they last' })
  sessionIds: string[];
}

export class GrantListDto {
  @ApiProperty({ type: [GrantDto] }) items: GrantDto[];
  @ApiProperty({ type: 'string', nullable: true }) nextCursor: string | null;
}

export function grantDto(access: Access): GrantDto {
  const { id, clientId, clientName, firstParty, granted, offline, since, lastUsedAt, sessionIds } = access;
  const resources = Object.entries(granted.resources).map(
    ([resource, scopes]) => [resource, [...scopes]] as [string, string[]],
  );
  return {
    id,
    clientId,
    clientName: clientName ?? clientId,
    firstParty,
    scopes: [...granted.scopes],
    claims: [...granted.claims],
    resources: Object.fromEntries(resources),
    allowed: wordingsOf(granted),
    offline,
    since: since.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    sessionIds: [...sessionIds],
  };
}
