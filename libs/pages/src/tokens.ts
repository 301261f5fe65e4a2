/*
 * The design tokens: the one place where colours, type, spacing and corners are chosen. The stylesheet of hosted
 * pages and the inline styles of mails are both made from them; contrast.spec.ts checks every pair that is used.
 */

/** One meaning, three colours: text or icon, the area behind it, the line around it. */
export interface ToneColours {
  readonly ink: string;
  readonly fill: string;
  readonly line: string;
}

export interface ColourScheme {
  /** Behind everything. */
  readonly canvas: string;
  /** The gate drawn on the canvas, behind the card. */
  readonly arch: string;
  /** Cards and inputs. */
  readonly surface: string;
  /** Quiet areas on a surface: fact lists, codes. */
  readonly inset: string;
  readonly ink: string;
  readonly muted: string;
  /** Decorative lines. */
  readonly line: string;
  /** The edge of an input, which has to be seen (3:1). */
  readonly controlLine: string;
  readonly accent: string;
  readonly accentHover: string;
  readonly onAccent: string;
  /** Behind a drawing in the accent's colour. */
  readonly accentFill: string;
  readonly focus: string;
  readonly info: ToneColours;
  readonly success: ToneColours;
  readonly warning: ToneColours;
  readonly danger: ToneColours;
}

export type Tone = 'info' | 'success' | 'warning' | 'danger';

export const light: ColourScheme = {
  canvas: '#eef1ef',
  arch: '#e3e9e6',
  surface: '#ffffff',
  inset: '#f4f7f5',
  ink: '#14211d',
  muted: '#4f5f5a',
  line: '#d5ddd9',
  controlLine: '#74847e',
  accent: '#0f5b4b',
  accentHover: '#0a4539',
  onAccent: '#ffffff',
  accentFill: '#e2efea',
  focus: '#0e8068',
  info: { ink: '#1c4a7a', fill: '#e9f1f9', line: '#b9d0e8' },
  success: { ink: '#14603c', fill: '#e6f4eb', line: '#b0d9c1' },
  warning: { ink: '#744700', fill: '#fcf2de', line: '#e8cf9b' },
  danger: { ink: '#a0251e', fill: '#fcedeb', line: '#eebdb8' },
};

export const dark: ColourScheme = {
  canvas: '#0d1311',
  arch: '#121a18',
  surface: '#18211e',
  inset: '#1f2a27',
  ink: '#e8eeeb',
  muted: '#a5b4ae',
  line: '#2d3936',
  controlLine: '#788881',
  accent: '#7dd4be',
  accentHover: '#9be3d0',
  onAccent: '#06241c',
  accentFill: '#17352d',
  focus: '#8fe3ce',
  info: { ink: '#abcef4', fill: '#16283b', line: '#2c4866' },
  success: { ink: '#90dcb0', fill: '#132b1f', line: '#265039' },
  warning: { ink: '#f1c97d', fill: '#30260f', line: '#5b4920' },
  danger: { ink: '#ffb3ab', fill: '#3a1a17', line: '#6d322d' },
};

/*
 * Faces that the visitor's system has: nothing is fetched, so the content policy allows no fonts. `system-ui` is
 * left out on purpose: on Windows it follows the interface's language and may be a CJK face.
 */
export const fonts = {
  text: "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  code: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
} as const;

/** In pixels; pages turn them into rem so that they follow the reader's font size. */
export const typography = {
  small: { size: 14, leading: 20 },
  body: { size: 16, leading: 25 },
  title: { size: 25, leading: 31 },
  code: { size: 26, leading: 34 },
} as const;

/** In pixels. */
export const space = { xxs: 4, xs: 8, s: 12, m: 16, l: 24, xl: 32, xxl: 48 } as const;

/** In pixels. */
export const radius = { control: 10, card: 18 } as const;

/** The least side of anything that is pressed (WCAG 2.5.5), in pixels. */
export const targetSize = 48;
