import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class HealthyAnswer {
  @ApiProperty({ enum: ['healthy'] }) status!: 'healthy';
  @ApiProperty({ enum: ['connected'] }) database!: 'connected';
}

export class UnhealthyAnswer {
  @ApiProperty({ enum: ['unhealthy'] }) status!: 'unhealthy';
  @ApiProperty({ enum: ['error'] }) database!: 'error';
  @ApiProperty({ enum: ['unable to connect to database'] }) error!: 'unable to connect to database';
}

export class AliveAnswer {
  @ApiProperty({ enum: ['alive'] }) status!: 'alive';
}

const checkSchema = {
  type: 'object' as const,
  required: ['status'],
  properties: {
    status: { type: 'string' as const, enum: ['up', 'down', 'degraded'] },
    message: { type: 'string' as const },
    responseTime: { type: 'integer' as const, description: 'Milliseconds' },
    cachedResponse: { type: 'boolean' as const },
  },
  additionalProperties: false,
};

export class ReadinessAnswer {
  @ApiProperty({ enum: ['ok', 'degraded', 'error', 'shutting_down'] })
  status!: string;

  @ApiProperty({ type: 'object', additionalProperties: checkSchema, description: 'Every check by its name' })
  details!: Record<string, unknown>;

  @ApiPropertyOptional({ type: 'object', additionalProperties: checkSchema, description: 'The checks that hold' })
  info?: Record<string, unknown>;

  @ApiPropertyOptional({ type: 'object', additionalProperties: checkSchema, description: 'The checks that do not' })
  error?: Record<string, unknown>;
}
