import type { VNode } from 'preact';
import type { Facts } from '../facts.js';
import { singleLine } from '../single-line.js';

/** What is known of an event, so that its owner can recognise it. */
export function FactList({ facts, caption }: { readonly facts: Facts; readonly caption?: string }): VNode {
  return (
    <div class="facts">
      {caption === undefined ? null : <p class="facts-caption">{caption}</p>}
      <dl>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{singleLine(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** Something to be typed or copied letter by letter: within a sentence, or `large` on its own. */
export function Code({ value, large = false }: { readonly value: string; readonly large?: boolean }): VNode {
  return <code class={large ? 'code-large' : undefined}>{value}</code>;
}

/** Codes to be kept, each typed one day. */
export function CodeList({ label, codes }: { readonly label: string; readonly codes: readonly string[] }): VNode {
  return (
    <ul class="codes" role="list" aria-label={label}>
      {codes.map((code) => (
        <li key={code}>
          <code>{code}</code>
        </li>
      ))}
    </ul>
  );
}
