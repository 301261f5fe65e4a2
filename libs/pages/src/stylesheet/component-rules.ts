/** One block of rules for each component. */
export const componentRules = `
.card {
  display: grid;
  gap: var(--space-l);
  padding: var(--space-xl) var(--space-l);
  border: 1px solid var(--line);
  border-radius: var(--radius-card);
  background: var(--surface);
  box-shadow: 0 1px 2px rgb(10 30 24 / 0.04), 0 12px 32px -12px rgb(10 30 24 / 0.12);
}
@media (min-width: 40rem) { .card { padding: 2.5rem; } }
.opening { display: grid; gap: var(--space-s); }
h1 {
  font-size: var(--size-title);
  line-height: var(--leading-title);
  font-weight: 650;
  letter-spacing: -0.018em;
  text-wrap: balance;
}
.lead { color: var(--muted); text-wrap: pretty; }
.lead strong { color: var(--ink); font-weight: 600; }
.aside { color: var(--muted); font-size: var(--size-small); line-height: var(--leading-small); text-wrap: pretty; }
.steps { display: grid; gap: var(--space-s); padding: 0; list-style: none; }
.steps li { padding-left: var(--space-m); border-left: 3px solid var(--line); }

.emblem {
  display: grid;
  place-items: center;
  width: 3rem;
  height: 3rem;
  margin-bottom: var(--space-xxs);
  border-radius: 1.5rem 1.5rem var(--radius-control) var(--radius-control);
}
.emblem svg { width: 1.5rem; height: 1.5rem; display: block; }
.emblem-accent { background: var(--accent-fill); color: var(--accent); }
.emblem-info { background: var(--info-fill); color: var(--info-ink); }
.emblem-success { background: var(--success-fill); color: var(--success-ink); }
.emblem-warning { background: var(--warning-fill); color: var(--warning-ink); }
.emblem-danger { background: var(--danger-fill); color: var(--danger-ink); }

.notice {
  padding: var(--space-s) var(--space-m);
  border: 1px solid var(--line);
  border-radius: var(--radius-control);
  font-size: var(--size-small);
  line-height: var(--leading-small);
}
.notice-info { background: var(--info-fill); border-color: var(--info-line); }
.notice-success { background: var(--success-fill); border-color: var(--success-line); }
.notice-warning { background: var(--warning-fill); border-color: var(--warning-line); }
.notice-danger { background: var(--danger-fill); border-color: var(--danger-line); }
.notice-title { font-weight: 600; }
.notice-info .notice-title { color: var(--info-ink); }
.notice-success .notice-title { color: var(--success-ink); }
.notice-warning .notice-title { color: var(--warning-ink); }
.notice-danger .notice-title { color: var(--danger-ink); }
.notice ul { padding: 0; list-style: none; }
.notice li { padding-top: var(--space-xxs); }
.notice li a { color: var(--danger-ink); }
.notice:focus-visible { outline: 2px solid var(--danger-ink); outline-offset: -1px; border-radius: var(--radius-control); }
@media (pointer: coarse) {
  .notice li { padding: 0; }
  .notice li a { display: flex; align-items: center; min-height: 2.75rem; }
}

/* Seen only once the script that would take it away has had its time. */
.stand-in { animation: stand-in 300ms step-end; }
@keyframes stand-in { from { visibility: hidden; } }

form { display: grid; gap: var(--space-l); }
.field { display: grid; gap: var(--space-xxs); }
.field label { font-weight: 600; }
.hint { color: var(--muted); font-size: var(--size-small); line-height: var(--leading-small); }
.fault { color: var(--danger-ink); font-size: var(--size-small); line-height: var(--leading-small); font-weight: 600; }
.field input {
  width: 100%;
  min-height: var(--target);
  margin: var(--space-xxs) 0 0;
  padding: 0.625rem var(--space-s);
  border: 1px solid var(--control-line);
  border-radius: var(--radius-control);
  background: var(--surface);
  color: var(--ink);
  font: inherit;
  line-height: 1.5;
  appearance: none;
}
.field input:hover { border-color: var(--ink); }
.field input:focus { border-color: var(--focus); outline: 3px solid var(--focus); outline-offset: 0; border-radius: var(--radius-control); }
.field input[readonly] { background: var(--inset); border-color: var(--line); color: var(--muted); }
.field input[aria-invalid] { border: 2px solid var(--danger-ink); padding: calc(0.625rem - 1px) calc(var(--space-s) - 1px); }

.status { color: var(--muted); font-size: var(--size-small); line-height: var(--leading-small); text-align: center; text-wrap: balance; }
/* Without words it takes no place, but stays what screen readers listen to. */
.status:empty { position: absolute; }

.choices { display: grid; gap: var(--space-xxs); margin: 0; padding: 0; border: 0; min-width: 0; }
.choices legend { padding: 0; font-weight: 600; }
.choices label { display: flex; align-items: center; gap: var(--space-s); min-height: var(--target); }
.choices input { width: 1.25rem; height: 1.25rem; margin: 0; flex: none; accent-color: var(--accent); }
.choices input:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.choices span { overflow-wrap: anywhere; }

.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  width: 100%;
  min-height: var(--target);
  padding: 0.625rem var(--space-l);
  border: 1px solid transparent;
  border-radius: var(--radius-control);
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  line-height: 1.5;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
  appearance: none;
  transition: background-color 120ms ease-out;
}
.button:hover { background: var(--accent-hover); color: var(--on-accent); }
.button:active { transform: translateY(1px); }
.button:focus-visible { border-radius: var(--radius-control); }
.button-quiet { background: transparent; border-color: var(--control-line); color: var(--accent); }
.button-quiet:hover { background: var(--inset); color: var(--accent-hover); }
@media (prefers-reduced-motion: reduce) {
  .button { transition: none; }
  .button:active { transform: none; }
}

.links { display: grid; padding: var(--space-xs) 0 0; border-top: 1px solid var(--line); list-style: none; }
.links li { display: flex; flex-wrap: wrap; align-items: center; column-gap: var(--space-xs); }
.links a { display: flex; align-items: center; min-height: var(--target); font-weight: 500; }

.facts {
  display: grid;
  gap: var(--space-xs);
  padding: var(--space-m);
  border-radius: var(--radius-control);
  background: var(--inset);
  font-size: var(--size-small);
  line-height: var(--leading-small);
}
.facts-caption { font-weight: 600; }
.facts dl { display: grid; gap: var(--space-xs); }
.facts dl div { display: grid; grid-template-columns: 6rem 1fr; gap: var(--space-s); }
.facts dt { color: var(--muted); }
.facts dd { font-weight: 500; }
@media (max-width: 22rem) { .facts dl div { grid-template-columns: 1fr; gap: 0; } }

code {
  padding: 0.1em 0.35em;
  border-radius: 0.35em;
  background: var(--inset);
  font-family: var(--font-code);
  font-size: 0.92em;
}
.code-large {
  display: block;
  padding: var(--space-m);
  border-radius: var(--radius-control);
  font-size: var(--size-code);
  line-height: var(--leading-code);
  letter-spacing: 0.14em;
  text-align: center;
  user-select: all;
}
.codes {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr));
  gap: var(--space-xs) var(--space-m);
  padding: var(--space-m);
  border-radius: var(--radius-control);
  background: var(--inset);
  list-style: none;
  text-align: center;
}
.codes code { padding: 0; background: none; font-size: 1rem; }
@media (forced-colors: active) {
  .card, .button, .emblem { border: 1px solid; }
}
`;
