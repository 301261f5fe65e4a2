/*
 * An API with slow routes in a process of its own, for tests that end it. Settings come from the environment; the
 * first line it writes is its address.
 */
import {
  Controller,
  type DynamicModule,
  Get,
  Injectable,
  Module,
  type OnApplicationShutdown,
  Param,
} from '@nestjs/common';
import { type Config, loadConfig } from '@app/config';
import { Database } from '@app/database';
import { runProcess } from '@app/health';
import { runningServer } from '@app/health/http';
import { createLogger, flushLogs, Public } from '@app/http';
import { createApi, listenApi } from '../../../apps/api/src/bootstrap.js';
import { FloorModule } from '../../../apps/floor.module.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

@Public()
@Controller('slow')
class SlowController {
  constructor(private readonly database: Database) {}

  @Get('throw')
  throws(): object {
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
    return {};
  }

  @Get('reject')
  rejects(): object {
    void Promise.reject(new Error('nobody awaits this'));
    return {};
  }

  @Get(':ms')
  async slow(@Param('ms') ms: string): Promise<object> {
    await new Promise((resolve) => setTimeout(resolve, Number(ms)));
    // The pool is still there for what is in flight.
    return { rows: (await this.database.run({ name: 'test.one', text: 'SELECT 1 AS one' })).length };
  }
}

@Injectable()
class Witness implements OnApplicationShutdown {
  onApplicationShutdown(): void {
    say('POOLS CLOSE');
  }
}

@Module({})
class SlowModule {}

const rootOf = (config: Config): DynamicModule => ({
  module: SlowModule,
  imports: [FloorModule.forRoot(config, 'gatehouse test')],
  controllers: [SlowController],
  providers: [Witness],
});

const config = loadConfig(process.env);
const log = createLogger(config.runtime.logLevel, 'slow');
void runProcess({
  log,
  flush: flushLogs,
  drainMs: config.runtime.drainMs,
  shutdownTimeoutMs: config.runtime.shutdownTimeoutMs,
  start: async () => {
    const app = await createApi(rootOf(config), config, log);
    await listenApi(app, config);
    say(`LISTENING ${await app.getUrl()}`);
    return runningServer(app);
  },
});
