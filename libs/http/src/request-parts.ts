import type { ClientInfo } from '@app/audit';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './authenticator.js';
import { clientInfo } from './client-info.js';

const requestOf = (context: ExecutionContext): FastifyRequest => context.switchToHttp().getRequest<FastifyRequest>();

/** The Principal of the caller; null only on `@Public({ recognise: true })` routes. */
export const CurrentPrincipal = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal | null => requestOf(context).principal,
);

/** The ClientInfo of this request. */
export const Client = createParamDecorator((_: unknown, context: ExecutionContext): ClientInfo =>
  clientInfo(requestOf(context)),
);
