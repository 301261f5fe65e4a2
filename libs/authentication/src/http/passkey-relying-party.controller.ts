import { Controller, Get, type OnApplicationBootstrap } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { PasskeyRelyingParty } from '@app/credentials';
import { Public } from '@app/http';

/** Tells browsers which other origins may use the passkeys of this host (WebAuthn level 3, 5.11). */
@Public()
@ApiExcludeController()
@Controller('.well-known/webauthn')
export class PasskeyRelyingPartyController implements OnApplicationBootstrap {
  constructor(private readonly relyingParty: PasskeyRelyingParty) {}

  /** A start on a host for which nobody's passkeys work is refused. */
  async onApplicationBootstrap(): Promise<void> {
    await this.relyingParty.settle();
  }

  @Get()
  origins(): { origins: readonly string[] } {
    return { origins: this.relyingParty.origins };
  }
}
