import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Injectable,
  Module,
  Param,
  Post,
  Query,
} from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsArray, IsEmail, IsInt, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import type { ClientInfo } from '@app/audit';
import { type Config, ConfigurationModule } from '@app/config';
import { AppError } from '@app/errors';
import {
  Authenticator,
  Client,
  createLogger,
  createServer,
  type Credentials,
  CurrentPrincipal,
  CursorQuery,
  HttpModule,
  type HttpServer,
  type Principal,
  Public,
  Roles,
} from '@app/http';
import type { DestinationStream } from 'pino';

class Device {
  @IsString() @MaxLength(10) name!: string;
}

class Echo {
  @IsEmail() email!: string;
  @IsInt() age!: number;
  @IsOptional() @IsString() note?: string;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => Device) devices?: Device[];
}

/** Tokens are what they say: "<user>:<role>". */
@Injectable()
class NamedAuthenticator extends Authenticator {
  async authenticate(credentials: Credentials): Promise<Principal | null> {
    const [userId, role] = (credentials.bearer ?? credentials.cookie ?? '').split('.');
    if (!userId?.startsWith('user')) return null;
    const carrier = credentials.bearer === undefined ? 'cookie' : 'bearer';
    return {
      userId,
      sessionId: 's',
      carrier,
      roles: role ? [role] : [],
      amr: ['pwd'],
      acr: '1',
      authTime: new Date(0),
      recovery: false,
    };
  }
}

@Controller('v1/things')
class ThingsController {
  @Public() @Post('echo') @HttpCode(200) echo(@Body() body: Echo): Echo {
    return body;
  }

  @Public() @Get('client') client(@Client() client: ClientInfo): ClientInfo {
    return client;
  }

  @Public() @Get('list') list(@Query() query: CursorQuery): CursorQuery {
    return query;
  }

  @Public() @Get('word/:word') word(@Param('word') word: string, @Query('q') q?: string): object {
    return { word, q: q ?? null };
  }

  @Public({ recognise: true }) @Get('maybe') maybe(@CurrentPrincipal() principal: Principal | null): object {
    return { userId: principal?.userId ?? null };
  }

  @Get('mine') mine(@CurrentPrincipal() principal: Principal): object {
    return { userId: principal.userId, carrier: principal.carrier };
  }

  @Post('mine') @HttpCode(200) change(@CurrentPrincipal() principal: Principal): object {
    return { userId: principal.userId };
  }

  @Delete('mine') @HttpCode(204) remove(): void {}

  @Roles('admin') @Get('admin') admin(): object {
    return { ok: true };
  }

  @Public() @Get('page') @Header('content-security-policy', "default-src 'self'") page(): string {
    return 'page';
  }

  @Public() @Get('fail/:kind') fail(@Param('kind') kind: string): never {
    if (kind === 'throttled') throw new AppError('throttled', 'things.too_fast', 'Slow down.', { retryAfter: 7.2 });
    if (kind === 'conflict') {
      throw new AppError('conflict', 'things.taken', 'Taken.', { data: { field: 'username', status: 200, code: 'x' } });
    }
    if (kind === 'internal') throw new AppError('internal', 'things.broken', 'Inner secret of the house');
    throw Object.assign(new Error('password=hunter2 leaked'), { parameters: ['hunter3'] });
  }

  @Public() @Get('slow/:ms') async slow(@Param('ms') ms: string): Promise<object> {
    await new Promise((resolve) => setTimeout(resolve, Number(ms)));
    return { ok: true };
  }
}

@Controller('pages')
class PagesController {
  @Public() @Post('form') @HttpCode(200) form(@Body() body: object): object {
    return { ...body };
  }
}

@Module({})
class SmallModule {}

/** A listening application of one small controller, with all that every Gatehouse server has. */
export async function smallApp(config: Config, log?: DestinationStream, imports: object[] = []): Promise<HttpServer> {
  const app = await createServer(
    {
      module: SmallModule,
      imports: [ConfigurationModule.forRoot(config), HttpModule, ...(imports as [])],
      controllers: [ThingsController, PagesController],
      providers: [{ provide: Authenticator, useClass: NamedAuthenticator }],
    },
    config.http,
    createLogger(config.runtime.logLevel, 'small', log),
  );
  await app.listen(0, '127.0.0.1');
  return app;
}

export async function addressOf(app: HttpServer): Promise<string> {
  return (await app.getUrl()).replace('[::1]', '127.0.0.1');
}
