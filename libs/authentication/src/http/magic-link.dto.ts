import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { DeliveryDto } from './authentication.dto.js';

/** The same for known and unknown addresses. */
export class MagicLinkRequestDto {
  @ApiProperty({ format: 'uuid', description: 'With it the code of the mail is typed' }) requestId: string;
  @ApiProperty({ description: 'Secret; keep it where you asked, and send it with the token of the link' })
  binding: string;
  @ApiProperty({ type: 'integer', description: 'Seconds that link and code live, from the sending of the mail' })
  expiresIn: number;
}

/** Either token and binding, or requestId and code. */
export class RedeemMagicLinkDto extends DeliveryDto {
  @ApiPropertyOptional({ description: 'From the link of the mail' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  token?: string;

  @ApiPropertyOptional({ description: 'From the answer to the request; without it the link is opened elsewhere' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  binding?: string;

  @ApiPropertyOptional({ format: 'uuid' }) @IsOptional() @IsUUID() requestId?: string;

  @ApiPropertyOptional({ example: 'KQ7F-2MXP', description: 'From the mail; case and dashes do not matter' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  code?: string;
}
