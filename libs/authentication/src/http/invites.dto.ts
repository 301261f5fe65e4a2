import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
} from 'class-validator';
import { CursorQuery } from '@app/http';
import { formatUserId, usernamePattern } from '@app/users';
import { inviteStates, type InviteState, type ListedInvite } from '../invites.repository.js';
import { maximumLength, minimumLength } from '@app/credentials';
import { ProfileDto } from '@app/users/http';
import { EmailDto } from './authentication.dto.js';

export class CreateInviteDto extends EmailDto {
  @ApiPropertyOptional({ type: 'string', nullable: true, maxLength: 500, description: 'Shown to administrators only' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  note?: string | null;

  @ApiPropertyOptional({ type: [String], example: ['admin'], description: 'What the account will hold' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @ArrayUnique()
  @Matches(/^[a-z][a-z0-9_-]{0,31}$/, { each: true, message: 'must be names in small letters' })
  roles?: string[];
}

export class InviteQuery extends CursorQuery {
  @ApiPropertyOptional({ enum: inviteStates })
  @IsOptional()
  @IsIn(inviteStates)
  state?: InviteState;
}

export class InviteCreatorDto {
  @ApiProperty() id: string;
  @ApiProperty({ type: 'string', nullable: true }) name: string | null;
}

export class InviteDto {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() email: string;
  @ApiProperty({ type: 'string', nullable: true }) note: string | null;
  @ApiProperty({ type: [String] }) roles: string[];
  @ApiProperty({ enum: inviteStates }) state: InviteState;
  @ApiProperty({ type: InviteCreatorDto }) createdBy: InviteCreatorDto;
  @ApiProperty({ format: 'date-time' }) createdAt: string;
  @ApiProperty({ format: 'date-time', description: 'When the last mail was asked for' }) sentAt: string;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'null until its mail is on the way',
  })
  expiresAt: string | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true }) acceptedAt: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'The user it has become' }) acceptedBy: string | null;
}

const longestPassword = maximumLength * 4;

export class AcceptInviteDto extends ProfileDto {
  @ApiProperty({ description: 'From the link of the mail' }) @IsString() @MaxLength(200) token: string;

  @ApiProperty({
    minLength: 1,
    maxLength: longestPassword,
    description: `${minimumLength.onlyFactor} to ${maximumLength} characters, and not common`,
  })
  @IsString()
  @MinLength(1)
  @MaxLength(longestPassword)
  password: string;

  @ApiPropertyOptional({ type: 'string', nullable: true, pattern: usernamePattern.source })
  @IsOptional()
  @Matches(usernamePattern, { message: 'must be 3 to 32 letters, digits, dots, dashes or underscores' })
  username?: string | null;
}

export function inviteDto(invite: ListedInvite): InviteDto {
  const {
    id,
    email,
    note,
    roles,
    state,
    createdBy,
    creatorName,
    createdAt,
    sentAt,
    expiresAt,
    acceptedAt,
    acceptedBy,
  } = invite;
  return {
    id,
    email,
    note,
    roles,
    state,
    createdBy: { id: formatUserId(createdBy), name: creatorName },
    createdAt: createdAt.toISOString(),
    sentAt: sentAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    acceptedAt: acceptedAt?.toISOString() ?? null,
    acceptedBy: acceptedBy === null ? null : formatUserId(acceptedBy),
  };
}
