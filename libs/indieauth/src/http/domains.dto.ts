import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength, MinLength } from 'class-validator';
import type { Domain } from '../domains/domains.repository.js';
import { txtName } from '../domains/domain-evidence.js';
import type { LapseReason } from '../persistence/indieauth-domain.entity.js';

export class NewDomainDto {
  @ApiProperty({ description: 'The address of your page', example: 'https://ada.example/' })
  @IsString()
  @MinLength(1)
  @MaxLength(2000)
  me: string;
}

export class DomainCodeDto {
  @ApiProperty({ description: 'The code of the mail, however it is grouped', example: '7K2M-Q9XR' })
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  code: string;
}

export class TxtRecordDto {
  @ApiProperty({ example: '_gatehouse.ada.example' }) name: string;
  @ApiProperty({ example: 'gatehouse-verification=…' }) value: string;
}

const states = ['pending', 'verified', 'lapsed'] as const;
const reasons: LapseReason[] = ['txt_record_gone', 'email_changed', 'metadata_gone', 'unreachable'];
const time = { type: 'string', format: 'date-time', nullable: true } as const;

export class DomainDto {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ description: 'As whom you sign in: the address of your page, in its canonical form' }) me: string;
  @ApiProperty() domain: string;
  @ApiProperty({ enum: states }) status: (typeof states)[number];
  @ApiProperty({ description: 'The TXT record that proves the domain to be yours; keep it there' })
  txtRecord: TxtRecordDto;
  @ApiProperty({ ...time, description: 'When the TXT record was last found' }) dnsProvedAt: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'The address on your page that the last code went to' })
  email: string | null;
  @ApiProperty({ ...time, description: 'When the code of the mail was typed' }) emailProvedAt: string | null;
  @ApiProperty(time) verifiedAt: string | null;
  @ApiProperty({ ...time, description: 'When both were last looked at' }) checkedAt: string | null;
  @ApiProperty(time) lapsedAt: string | null;
  @ApiProperty({ type: 'string', enum: [...reasons, null], nullable: true }) lapseReason: LapseReason | null;
  @ApiProperty({ format: 'date-time' }) createdAt: string;
}

export class DomainListDto {
  @ApiProperty({ type: [DomainDto] }) items: DomainDto[];
  @ApiProperty({ type: 'string', nullable: true, description: 'Always null: they come all at once' })
  nextCursor: string | null;
}

export function domainDto(domain: Domain): DomainDto {
  const { id, me, email, lapseReason } = domain;
  return {
    id,
    me,
    domain: domain.domain,
    status: domain.lapsedAt ? 'lapsed' : domain.verifiedAt ? 'verified' : 'pending',
    txtRecord: { name: txtName(domain.domain), value: domain.txtValue },
    dnsProvedAt: shown(domain.dnsProvedAt),
    email,
    emailProvedAt: shown(domain.emailProvedAt),
    verifiedAt: shown(domain.verifiedAt),
    checkedAt: shown(domain.checkedAt),
    lapsedAt: shown(domain.lapsedAt),
    lapseReason,
    createdAt: domain.createdAt.toISOString(),
  };
}

const shown = (date: Date | null): string | null => date?.toISOString() ?? null;
