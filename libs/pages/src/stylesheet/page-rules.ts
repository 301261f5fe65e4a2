/** The ground every page stands on: reset, frame, brand, the gate behind the card. */
export const pageRules = `
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0;
  min-height: 100vh;
  min-height: 100dvh;
  display: flex;
  flex-direction: column;
  align-items: center;
  padding: var(--space-xl) var(--space-m) var(--space-l);
  padding-left: max(var(--space-m), env(safe-area-inset-left));
  padding-right: max(var(--space-m), env(safe-area-inset-right));
  overflow-x: hidden;
  position: relative;
  background: var(--canvas);
  color: var(--ink);
  font-family: var(--font-text);
  font-size: var(--size-body);
  line-height: var(--leading-body);
  overflow-wrap: anywhere;
}
/* The gate: a wide arch that the card stands in. An element, since auditors of contrast cannot see through ::before. */
.arch {
  position: absolute;
  z-index: -1;
  top: var(--space-l);
  bottom: 0;
  left: 50%;
  width: min(46rem, 100%);
  transform: translateX(-50%);
  border-radius: 23rem 23rem 0 0;
  background: var(--arch);
}
h1, p, ul, dl, dd, form { margin: 0; }
.brand {
  display: flex;
  flex-direction: column;
  align-items: center;
  gap: var(--space-xs);
  padding: var(--space-l) 0 var(--space-l);
  max-width: 100%;
  font-weight: 600;
  letter-spacing: -0.005em;
  text-align: center;
}
.brand svg { width: 3rem; height: 3rem; color: var(--accent); display: block; }
.brand .gate { fill: var(--arch); }
main { width: 100%; max-width: 28rem; }
.footnote {
  margin-top: auto;
  padding: var(--space-xl) var(--space-m) 0;
  max-width: 28rem;
  color: var(--muted);
  font-size: var(--size-small);
  line-height: var(--leading-small);
  text-align: center;
}
a { color: var(--accent); text-underline-offset: 0.2em; text-decoration-thickness: 0.08em; }
a:hover { color: var(--accent-hover); text-decoration-thickness: 0.14em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
@media (min-width: 40rem) and (min-height: 44rem) {
  body { padding-top: var(--space-xxl); }
  .arch { top: var(--space-xl); }
}
@media print {
  body { background: none; }
  .arch { display: none; }
}
`;
