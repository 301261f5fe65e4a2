import { Body, Controller, Get, Injectable, Module, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ConfigurationModule } from '@app/config';
import { Authenticator, createLogger, createServer, HttpModule, type HttpServer, Public } from '@app/http';
import { pageHeaders, renderPage, scriptedPageHeaders } from '@app/pages';
import { PagesHttpModule } from '@app/pages/http';
import { testConfig } from '../../http/support/test-config.js';
import { sampleMails } from './sample-mails.js';
import { samplePages } from './sample-pages.js';

/** Nobody signs in to look at a sample. */
@Injectable()
class NobodyAuthenticator extends Authenticator {
  authenticate(): Promise<null> {
    return Promise.resolve(null);
  }
}

@Public()
@Controller()
class SamplesController {
  @Get('pages/:name')
  page(@Param('name') name: string, @Res() reply: FastifyReply): void {
    const sample = samplePages[name];
    if (sample === undefined) return void reply.code(404).send();
    const headers = sample.page.script ? scriptedPageHeaders : pageHeaders;
    void reply.headers({ ...headers }).send(renderPage(sample.page, sample.body));
  }

  @Get('mails/:name')
  mail(@Param('name') name: string, @Res() reply: FastifyReply): void {
    void reply
      .headers({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "style-src 'unsafe-inline'" })
      .send(sampleMails[name]?.html ?? '');
  }

  /** Options that no authenticator takes. */
  @Post('link/submit/options')
  options(): object {
    return { publicKey: null };
  }

  /** Where the forms of the samples post to. */
  @Post('link/submit')
  submit(@Body() form: Record<string, string>, @Res() reply: FastifyReply): void {
    void reply.code(200).header('content-type', 'text/plain').send(JSON.stringify(form));
  }
}

@Module({})
class SampleModule {}

/** A listening server with every Gatehouse header and rule, the assets, and the sample pages and mails. */
export async function startPageServer(): Promise<HttpServer> {
  const config = testConfig();
  const app = await createServer(
    {
      module: SampleModule,
      imports: [ConfigurationModule.forRoot(config), HttpModule, PagesHttpModule],
      controllers: [SamplesController],
      providers: [{ provide: Authenticator, useClass: NobodyAuthenticator }],
    },
    config.http,
    createLogger('silent', 'samples'),
  );
  await app.listen(0, '127.0.0.1');
  return app;
}
