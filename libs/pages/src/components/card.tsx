import type { ComponentChildren, VNode } from 'preact';
import type { Tone } from '../tokens.js';

interface Children {
  readonly children: ComponentChildren;
}

/** The one surface of a page. */
export function Card({ children }: Children): VNode {
  return <div class="card">{children}</div>;
}

const drawings = {
  mail: 'M3 6.5h18v11H3zM3.5 7l8.5 6.5L20.5 7',
  key: 'M14.5 9.5m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0M11.2 12.8 4 20M6.5 17.5l2.5 2.5',
  check: 'M5 12.5l4.6 4.6L19 7.5',
  clock: 'M12 12m-8.5 0a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M12 7.5V12l3 2.2',
  shield: 'M12 3.2l7.5 2.8v5.4c0 4.4-3 7.9-7.5 9.4-4.5-1.5-7.5-5-7.5-9.4V6Z',
  alert: 'M12 4.5 21 19.5H3ZM12 10.5v4M12 17v.2',
} as const;

export type EmblemDrawing = keyof typeof drawings;

/** A drawing above a heading that tells at a glance what the page is about. Decoration only. */
export function Emblem({ drawing, tone }: { readonly drawing: EmblemDrawing; readonly tone: Tone | 'accent' }): VNode {
  return (
    <div class={`emblem emblem-${tone}`} aria-hidden="true">
      <svg
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        stroke-width="1.8"
        stroke-linecap="round"
        stroke-linejoin="round"
        focusable="false"
      >
        <path d={drawings[drawing]} />
      </svg>
    </div>
  );
}

/** Emblem, heading and lead, which belong together. */
export function Opening({ children }: Children): VNode {
  return <div class="opening">{children}</div>;
}

/** The page's one heading. */
export function Heading({ children }: Children): VNode {
  return <h1>{children}</h1>;
}

/** The sentence or two under the heading. */
export function Lead({ children }: Children): VNode {
  return <p class="lead">{children}</p>;
}

/** A small remark at the end of a card. */
export function Aside({ children }: Children): VNode {
  return <p class="aside">{children}</p>;
}

/** Things one may do next, one sentence each. */
export function Steps({ steps }: { readonly steps: readonly string[] }): VNode {
  return (
    <ul class="steps" role="list">
      {steps.map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ul>
  );
}
