import { Controller, Get, Header, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '@app/http';
import type { Asset } from '../asset.js';
import { icon } from '../brand-mark.js';
import { passkeyScript } from '../passkey-script.js';
import { stylesheet } from '../stylesheet/stylesheet.js';

const year = 31_536_000;

/** The files that pages link. */
@Public()
@ApiExcludeController()
@Controller('assets')
export class AssetsController {
  @Get('gatehouse.:hash.css')
  @Header('content-type', stylesheet.contentType)
  getStylesheet(@Param('hash') hash: string, @Res({ passthrough: true }) reply: FastifyReply): string {
    return serve(stylesheet, hash, reply);
  }

  @Get('gatehouse.:hash.js')
  @Header('content-type', passkeyScript.contentType)
  getPasskeyScript(@Param('hash') hash: string, @Res({ passthrough: true }) reply: FastifyReply): string {
    return serve(passkeyScript, hash, reply);
  }

  @Get('gatehouse.:hash.svg')
  @Header('content-type', icon.contentType)
  getIcon(@Param('hash') hash: string, @Res({ passthrough: true }) reply: FastifyReply): string {
    return serve(icon, hash, reply);
  }
}

/**
 * While a new version rolls out, one process may be asked for what a page of the other links: it gives its own file,
 * which is better than a page without looks, and lets nobody keep it under the foreign name.
 */
function serve(asset: Asset, hash: string, reply: FastifyReply): string {
  const kept = asset.path.includes(`.${hash}.`);
  void reply.header('cache-control', kept ? `public, max-age=${year}, immutable` : 'no-store');
  return asset.body;
}
