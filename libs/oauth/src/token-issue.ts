import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { ArtifactsRepository, NewArtifact } from './artifacts.repository.js';
import type { IssuedTokensRepository } from './issued-tokens.repository.js';

/** What a token request consumes and stores, kept until its answer is made. */
export class TokenIssue {
  private consumed: Buffer | null = null;
  private readonly tokens: NewArtifact[] = [];

  /** @returns whether it is one of what an answer hands out; then it is stored with the others */
  takes(model: string): boolean {
    return issued.has(model);
  }

  add(token: NewArtifact): void {
    this.tokens.push(token);
  }

  consume(hash: Buffer): void {
    if (this.consumed !== null) throw new Error('a token request consumes one thing');
    this.consumed = hash;
  }

  /** Stores everything, or nothing. @returns false where another request was first, or the grant is gone */
  async settle(issuedTokens: IssuedTokensRepository, artifacts: ArtifactsRepository): Promise<boolean> {
    const { consumed } = this;
    const [first, ...others] = this.tokens;
    if (first) return issuedTokens.save({ consumed, tokens: [first, ...others] });
    return consumed === null || artifacts.consume(consumed);
  }

  /** What was presented is used up, also where nothing comes of it. */
  async giveUp(artifacts: ArtifactsRepository): Promise<void> {
    if (this.consumed !== null) await artifacts.consume(this.consumed);
  }
}

const issued = new Set(['AccessToken', 'RefreshToken', 'ClientCredentials']);

/** A request to the token endpoint, with what it is about to write. */
export interface IssuingRequest {
  issue?: TokenIssue;
}

/** Where tokens are issued, and how requests are found again. */
export interface TokenIssueParts {
  readonly path: string;
  readonly artifacts: ArtifactsRepository;
  readonly issuedTokens: IssuedTokensRepository;
  requestOf(ctx: KoaContextWithOIDC): IssuingRequest | undefined;
  onServerError(error: Error): void;
}

/**
 * Runs around the token endpoint: what it consumes and stores is written in one statement once the answer is made, and
 * the answer is sent where that succeeded.
 */
export function issueTogether(parts: TokenIssueParts) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    const request = ctx.path === parts.path ? parts.requestOf(ctx) : undefined;
    if (!request) {
      await next();
      return;
    }
    const issue = (request.issue = new TokenIssue());
    await next();
    try {
      if (ctx.status !== 200) await issue.giveUp(parts.artifacts);
      else if (!(await issue.settle(parts.issuedTokens, parts.artifacts))) refuse(ctx, new errors.InvalidGrant('gone'));
    } catch (error) {
      parts.onServerError(error instanceof Error ? error : new Error(String(error)));
      ctx.status = 500;
      ctx.body = { error: 'server_error', error_description: 'oops! something went wrong' };
    }
  };
}

/** As the provider words it. */
function refuse(ctx: KoaContextWithOIDC, { statusCode, error, error_description }: errors.InvalidGrant): void {
  ctx.status = statusCode;
  ctx.body = { error, error_description };
}
