import type { ComponentChildren, VNode } from 'preact';
import type { Tone } from '../tokens.js';

/** A boxed remark. Its tone shows in colour only, so the words have to carry it too. */
export function Notice(props: {
  readonly tone: Tone;
  readonly title?: string;
  readonly children?: ComponentChildren;
}): VNode {
  return (
    <div class={`notice notice-${props.tone}`} role={props.tone === 'danger' ? 'alert' : 'note'}>
      {props.title === undefined ? null : <p class="notice-title">{props.title}</p>}
      {props.children}
    </div>
  );
}
