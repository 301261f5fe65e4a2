import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const accessKey = 'gatehouse:access';
export const freshKey = 'gatehouse:fresh';
export const recoveryKey = 'gatehouse:recovery';

/** Where the OpenAPI document finds the Access of an operation; it is not published. */
export const accessExtension = 'x-access';

/** Marks the operations that are `@Fresh()`; published. */
export const freshExtension = 'x-fresh-authentication';

/** Who may call a route. Without any of the decorators below: whoever is signed in. */
export interface Access {
  readonly anyone?: boolean;
  /** Credentials sent to an open route are looked at; bad ones are as good as none. */
  readonly recognise?: boolean;
  readonly roles?: readonly string[];
  /** Only within some minutes of a sign-in at the account's highest level. */
  readonly fresh?: boolean;
  /** Also for sessions that may only repair factors. */
  readonly recovery?: boolean;
}

/** Opens a route to callers without credentials. With `recognise`, `@CurrentPrincipal()` gives them where there are any. */
export const Public = (options: { recognise?: boolean } = {}): MethodDecorator & ClassDecorator =>
  allow({ anyone: true, recognise: options.recognise ?? false });

/** Lets in who holds one of these roles. */
export const Roles = (...roles: [string, ...string[]]): MethodDecorator & ClassDecorator => allow({ roles });

/** Asks for a sign-in at the account's highest level not long ago (ASVS 7.5.3); what else the route asks for stays. */
export const Fresh = (): MethodDecorator =>
  applyDecorators(SetMetadata(freshKey, true), ApiExtension(freshExtension, true));

/** Also opens the route to recovery sessions, which reach nothing else. */
export const InRecovery = (): MethodDecorator & ClassDecorator => SetMetadata(recoveryKey, true);

const allow = (access: Access): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(accessKey, access), ApiExtension(accessExtension, access));
