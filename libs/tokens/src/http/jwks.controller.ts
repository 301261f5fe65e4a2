import type { JsonWebKey } from 'node:crypto';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '@app/http';
import { SigningKeys } from '../signing-keys.js';

/** RFC 7517. A key is published an hour before it signs: caches of five minutes never miss one. */
@ApiExcludeController()
@Controller('oidc/jwks')
export class JwksController {
  constructor(private readonly keys: SigningKeys) {}

  @Get()
  @Public()
  @Header('content-type', 'application/jwk-set+json')
  @Header('cache-control', 'public, max-age=300')
  @Header('access-control-allow-origin', '*')
  read(): { keys: JsonWebKey[] } {
    return this.keys.jwks();
  }
}
