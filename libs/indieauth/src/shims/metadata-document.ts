import { indieauthMetadata } from '../metadata.js';
import { isPreflight, refuse, type Shim } from './exchange.js';

/** The metadata document, in the place of the library's, which knows less of what we do. */
export const metadataDocument =
  (publicUrl: string): Shim =>
  async (ctx, next) => {
    if (!ctx.path.startsWith('/.well-known/')) return next();
    if (isPreflight(ctx, 'GET')) return;
    if (ctx.path !== '/.well-known/oauth-authorization-server') return refuse(ctx, 404, 'not_found', 'nothing is here');
    ctx.body = indieauthMetadata(publicUrl);
    ctx.set('cache-control', 'public, max-age=300');
  };
