import { SetMetadata } from '@nestjs/common';

export const accessKey = 'gatehouse:access';

/** Who may call a route. Without any of the decorators below: whoever is signed in. */
export interface Access {
  readonly anyone?: boolean;
  /** Credentials sent to an open route are looked at; bad ones are as good as none. */
  readonly recognise?: boolean;
  readonly roles?: readonly string[];
}

/** Opens a route to callers without credentials. With `recognise`, `@CurrentPrincipal()` gives them where there are any. */
export const Public = (options: { recognise?: boolean } = {}): MethodDecorator & ClassDecorator =>
  SetMetadata(accessKey, { anyone: true, recognise: options.recognise ?? false } satisfies Access);

/** Lets in who holds one of these roles. */
export const Roles = (...roles: [string, ...string[]]): MethodDecorator & ClassDecorator =>
  SetMetadata(accessKey, { roles } satisfies Access);
