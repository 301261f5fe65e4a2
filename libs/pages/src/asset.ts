import { createHash } from 'node:crypto';

/** A file of the pages. Its path names its content, so a browser may keep it for good. */
export interface Asset {
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

/** Makes the asset `/assets/gatehouse.<hash>.<extension>`. */
export function contentAddressed(extension: string, contentType: string, body: string): Asset {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { path: `/assets/gatehouse.${hash}.${extension}`, contentType, body };
}
