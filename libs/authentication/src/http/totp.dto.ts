import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength, MinLength } from 'class-validator';
import { FactorChangeDto } from './factor-change.dto.js';

export class TotpDto {
  @ApiProperty() enabled: boolean;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true }) since: string | null;
}

export class TotpEnrolmentDto {
  @ApiProperty({ description: 'Base32, for apps that cannot read the picture' }) secret: string;
  @ApiProperty({ description: 'What the picture says', example: 'otpauth://totp/Gatehouse:ada%40example.org?secret=…' })
  uri: string;
  @ApiProperty({ description: 'The same as a QR code: an SVG document' }) qrSvg: string;
}

export class ConfirmTotpDto extends FactorChangeDto {
  @ApiProperty({ description: 'The code that the app shows now; it is used up by this' })
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  code: string;
}

export class BackupCodesMadeDto {
  @ApiProperty({ type: [String], description: 'To be shown once and kept by their owner; nobody can read them again' })
  backupCodes: readonly string[];
}

export class TotpConfirmedDto {
  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'New backup codes, to be shown once; null where the account has codes already',
  })
  backupCodes: readonly string[] | null;
}

export class BackupCodesDto {
  @ApiProperty({ type: 'integer' }) total: number;
  @ApiProperty({ type: 'integer', description: 'Not used yet' }) remaining: number;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true }) createdAt: string | null;
}
