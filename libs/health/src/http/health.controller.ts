import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { HealthCheckResult } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Public } from '@app/http';
import { AliveAnswer, HealthyAnswer, ReadinessAnswer, UnhealthyAnswer } from './health.documents.js';
import { Probes } from './probes.js';

@ApiTags('health')
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly probes: Probes) {}

  @Get()
  @ApiOperation({ summary: 'Whether the service can reach its database' })
  @ApiOkResponse({ type: HealthyAnswer })
  @ApiServiceUnavailableResponse({ type: UnhealthyAnswer })
  async health(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthyAnswer | UnhealthyAnswer> {
    if (await this.probes.databaseAnswers()) return { status: 'healthy', database: 'connected' };
    void reply.code(503);
    return { status: 'unhealthy', database: 'error', error: 'unable to connect to database' };
  }

  @Get('live')
  @ApiOperation({ summary: 'Liveness: the process and its event loop, nothing else' })
  @ApiOkResponse({ type: AliveAnswer })
  live(): AliveAnswer {
    return { status: 'alive' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Readiness: whether this process should be sent requests' })
  @ApiOkResponse({ type: ReadinessAnswer })
  @ApiServiceUnavailableResponse({ type: ReadinessAnswer })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthCheckResult> {
    return answer(await this.probes.ready(), reply);
  }

  @Get('startup')
  @ApiOperation({ summary: 'Startup: migrations checked, keys loaded' })
  @ApiOkResponse({ type: ReadinessAnswer })
  @ApiServiceUnavailableResponse({ type: ReadinessAnswer })
  async startup(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthCheckResult> {
    return answer(await this.probes.started(), reply);
  }
}

function answer(result: HealthCheckResult, reply: FastifyReply): HealthCheckResult {
  if (result.status === 'error' || result.status === 'shutting_down') void reply.code(503);
  return result;
}
