import { contrast } from '../testing/contrast.js';
import { dark, light, targetSize, typography, type ColourScheme, type Tone } from './tokens.js';

const tones: readonly Tone[] = ['info', 'success', 'warning', 'danger'];

/** Text on what it is written on: WCAG 1.4.3 asks for 4.5. */
const texts = (scheme: ColourScheme): [string, string, string][] => [
  ['ink on surface', scheme.ink, scheme.surface],
  ['ink on canvas', scheme.ink, scheme.canvas],
  ['ink on arch', scheme.ink, scheme.arch],
  ['ink on inset', scheme.ink, scheme.inset],
  ['muted on surface', scheme.muted, scheme.surface],
  ['muted on canvas', scheme.muted, scheme.canvas],
  ['muted on arch', scheme.muted, scheme.arch],
  ['muted on inset', scheme.muted, scheme.inset],
  ['accent on surface', scheme.accent, scheme.surface],
  ['onAccent on accent', scheme.onAccent, scheme.accent],
  ['onAccent on accentHover', scheme.onAccent, scheme.accentHover],
  ['accent on accentFill', scheme.accent, scheme.accentFill],
  ['danger on surface', scheme.danger.ink, scheme.surface],
  ...tones.flatMap((tone): [string, string, string][] => [
    [`${tone} on its fill`, scheme[tone].ink, scheme[tone].fill],
    [`ink on the fill of ${tone}`, scheme.ink, scheme[tone].fill],
  ]),
];

/** Edges of controls and focus rings on what lies beside them: WCAG 1.4.11 asks for 3. */
const edges = (scheme: ColourScheme): [string, string, string][] => [
  ['controlLine on surface', scheme.controlLine, scheme.surface],
  ['focus on surface', scheme.focus, scheme.surface],
  ['focus on inset', scheme.focus, scheme.inset],
  ['focus on the fill of danger', scheme.focus, scheme.danger.fill],
  ['accent on surface', scheme.accent, scheme.surface],
  ['danger on surface', scheme.danger.ink, scheme.surface],
];

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s scheme', (_name, scheme) => {
  it.each(texts(scheme))('is readable: %s', (_pair, text, ground) => {
    expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(edges(scheme))('shows its controls: %s', (_pair, edge, ground) => {
    expect(contrast(edge, ground)).toBeGreaterThanOrEqual(3);
  });
});

describe('the contrast formula', () => {
  it('gives the ratios WCAG names', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  });
});

describe('sizes', () => {
  it('leave targets of 44 pixels and inputs that phones do not zoom into', () => {
    expect(targetSize).toBeGreaterThanOrEqual(44);
    expect(typography.body.size).toBeGreaterThanOrEqual(16);
  });
});
