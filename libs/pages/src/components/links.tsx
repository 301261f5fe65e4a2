import type { VNode } from 'preact';
import { linkTarget } from '../addresses.js';

export interface PageLink {
  readonly label: string;
  readonly href: string;
  /** The question that the link answers. */
  readonly before?: string;
}

/** Other ways on from here, under what the page is for. */
export function Links({ links }: { readonly links: readonly PageLink[] }): VNode {
  return (
    <ul class="links" role="list">
      {links.map(({ label, href, before }) => (
        <li key={href}>
          {before === undefined ? null : <span>{before}</span>}
          <a href={linkTarget(href)}>{label}</a>
        </li>
      ))}
    </ul>
  );
}
