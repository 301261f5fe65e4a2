import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { HttpConfig } from '@app/config';
import { CrossSiteRule } from '../cross-site.js';
import { answerProblem } from '../problem.filter.js';
import { securityHeaders } from '../security-headers.js';
import { GatehouseAdapter } from './adapter.js';
import { installBodyParsers, nulIn } from './body-parsers.js';
import { corsRule } from './cors.js';
import { KnownRoutes } from './known-routes.js';
import { NestLogger } from './nest-logger.js';
import { requestId } from './request-id.js';
import { logRequest } from './request-log.js';

export type HttpServer = NestFastifyApplication;

const bodyLimit = 64 * 1024;
/** Longer than the idle time of usual load balancers, so that it is never we who cut a connection they reuse. */
const keepAliveMs = 75_000;
const headersMs = 15_000;
const requestMs = 30_000;

/** Input is judged by class-validator: Fastify's own compilers would be loaded (a hundred files) and never used. */
export const withoutSchemas = {
  compilersFactory: { buildValidator: refuseSchema, buildSerializer: refuseSchema },
};

/**
 * A Nest application on Fastify with everything that all our HTTP servers share. Not listening yet.
 * The container must hold HttpModule.
 */
export async function createServer(
  module: Type | DynamicModule,
  config: HttpConfig,
  logger: Logger,
): Promise<HttpServer> {
  const dress = headersOf(config);
  const adapter = new GatehouseAdapter({
    loggerInstance: logger,
    // A child logger a request would cost more than the line it writes; lines name the request id themselves.
    childLoggerFactory: (parent: Logger) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    connectionTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    requestTimeout: requestMs,
    http: { headersTimeout: headersMs },
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    genReqId: requestId,
    requestIdHeader: false,
    // While closing, what arrives on open connections is still answered, with Connection: close.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 256, ignoreTrailingSlash: false },
    // A path that cannot be decoded never reaches a hook.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      dress(request, reply);
      answerProblem(error, request, reply);
    },
    skipMiddie: true,
    schemaController: withoutSchemas,
  } as unknown as ConstructorParameters<typeof GatehouseAdapter>[0]);
  const server = adapter.getInstance() as unknown as FastifyInstance;
  adapter.knownRoutes = new KnownRoutes();
  server.addHook('onRoute', (route) => adapter.knownRoutes?.add(route.url, route.method));
  server.decorateRequest('principal', null);
  installBodyParsers(server);
  server.addHook('onRequest', firstHook(dress, corsRule(config), new CrossSiteRule(config)));
  server.addHook('onResponse', (request, reply, done) => {
    logRequest(request, reply);
    done();
  });
  return NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
}

type Rule<Result> = (request: FastifyRequest, reply: FastifyReply) => Result;
type Hook = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;

function headersOf(config: HttpConfig): Rule<void> {
  const headers = Object.entries(securityHeaders(config));
  return (request, reply) => {
    void reply.header('x-request-id', request.id);
    for (const [name, value] of headers) void reply.header(name, value);
  };
}

/** One hook for all that is judged before a route: each hook more costs every request. */
function firstHook(dress: Rule<void>, cors: Rule<boolean>, crossSite: CrossSiteRule): Hook {
  return (request, reply, done) => {
    dress(request, reply);
    if (cors(request, reply)) return;
    done(nulIn(request.url) ?? crossSite.refusal(request));
  };
}

function refuseSchema(): never {
  throw new Error('Routes have no Fastify schemas here.');
}
