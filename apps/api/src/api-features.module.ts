import { Module } from '@nestjs/common';
import { AuthenticationHttpModule } from '@app/authentication/http';
import { SchemaRequiredModule } from '@app/database';
import { EmailHttpModule } from '@app/email/http';
import { IndieauthHttpModule } from '@app/indieauth/http';
import { OauthHttpModule } from '@app/oauth/http';
import { PagesHttpModule } from '@app/pages/http';

/** Each lib's HTTP face; a process that serves the API holds it beside the floor. */
@Module({
  imports: [
    SchemaRequiredModule,
    PagesHttpModule,
    EmailHttpModule,
    AuthenticationHttpModule,
    OauthHttpModule,
    IndieauthHttpModule,
  ],
})
export class ApiFeaturesModule {}
