import type { VNode } from 'preact';
import { contentAddressed, type Asset } from './asset.js';
import { light } from './tokens.js';

/** A gatehouse seen from the front: battlements, and the gate that stands open. */
const house = 'M8 41V9h8v6h4.5V9h7v6H32V9h8v32Z';
const gate = 'M17 42.5V32a7 7 0 0 1 14 0v10.5Z';

/** The product's mark, coloured by the stylesheet. Decoration: its name stands beside it. */
export function BrandMark(): VNode {
  return (
    <svg viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      <path d={house} fill="currentColor" stroke="currentColor" stroke-width="2" stroke-linejoin="round" />
      <path class="gate" d={gate} />
    </svg>
  );
}

/** The mark as the icon of the browser's tab. Mid-tone ground: it shows on light and dark tabs alike. */
export const icon: Asset = contentAddressed(
  'svg',
  'image/svg+xml',
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="11" fill="${light.focus}"/>` +
    `<path d="${house}" fill="#fff" stroke="#fff" stroke-width="2" stroke-linejoin="round"/><path d="${gate}" fill="${light.focus}"/></svg>`,
);
