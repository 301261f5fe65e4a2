import { dark, fonts, light, radius, space, typography, type ColourScheme } from '../tokens.js';

/*
 * Mail programs drop stylesheets, so every element carries its own style, light. The classes beside them serve those
 * that know dark mode: the rules in the head then win by !important.
 */

const face = `font-family:${fonts.text};`;
const size = ({ size: px, leading }: { readonly size: number; readonly leading: number }): string =>
  `font-size:${px}px;line-height:${leading}px;`;

export const inline = {
  body: `margin:0;padding:0;width:100%;background-color:${light.canvas};-webkit-text-size-adjust:100%;-ms-text-size-adjust:100%;`,
  canvas: `background-color:${light.canvas};`,
  container: 'width:100%;max-width:560px;',
  outer: `padding:${space.xl}px ${space.m}px ${space.xxl}px;`,
  preheader:
    'display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;mso-hide:all;',
  brandRow: `padding:0 0 ${space.l}px;`,
  mark: `${face}width:32px;height:32px;border-radius:16px 16px 6px 6px;background-color:${light.accent};color:${light.onAccent};font-size:16px;line-height:32px;font-weight:700;text-align:center;`,
  brand: `${face}${size(typography.body)}padding:0 0 0 ${space.s}px;color:${light.ink};font-weight:600;`,
  card: `padding:${space.xl}px;border:1px solid ${light.line};border-radius:${radius.card}px;background-color:${light.surface};`,
  title: `${face}${size(typography.title)}margin:0 0 ${space.m}px;color:${light.ink};font-weight:600;letter-spacing:-0.3px;`,
  paragraph: `${face}${size(typography.body)}margin:0 0 ${space.m}px;color:${light.ink};`,
  box: `margin:${space.xs}px 0 ${space.l}px;`,
  facts: `padding:${space.s}px ${space.m}px;border-radius:${radius.control}px;background-color:${light.inset};`,
  factLabel: `${face}${size(typography.small)}padding:${space.xxs}px ${space.m}px ${space.xxs}px 0;color:${light.muted};white-space:nowrap;vertical-align:top;`,
  factValue: `${face}${size(typography.small)}padding:${space.xxs}px 0;color:${light.ink};font-weight:600;word-break:break-word;vertical-align:top;`,
  code: `font-family:${fonts.code};${size(typography.code)}padding:${space.m}px;border-radius:${radius.control}px;background-color:${light.inset};color:${light.ink};letter-spacing:4px;font-weight:600;text-align:center;`,
  /* Outlook pads the cell and ignores the link's padding; all others pad the link, so that all of it can be pressed. */
  buttonCell: `border-radius:${radius.control}px;background-color:${light.accent};mso-padding-alt:14px ${space.l}px;`,
  button: `${face}font-size:16px;line-height:20px;display:inline-block;padding:14px ${space.l}px;border-radius:${radius.control}px;background-color:${light.accent};color:${light.onAccent};font-weight:600;text-decoration:none;mso-padding-alt:0;`,
  small: `${face}${size(typography.small)}margin:0 0 ${space.s}px;color:${light.muted};`,
  link: `color:${light.accent};text-decoration:underline;word-break:break-all;`,
  closing: `margin:${space.l}px 0 0;padding:${space.m}px 0 0;border-top:1px solid ${light.line};`,
  footer: `${face}${size(typography.small)}padding:${space.l}px ${space.m}px 0;color:${light.muted};text-align:center;`,
} as const;

const recolour = (scheme: ColourScheme, root: string): string =>
  [
    ['canvas', `background-color:${scheme.canvas}`],
    ['surface', `background-color:${scheme.surface};border-color:${scheme.line}`],
    ['inset', `background-color:${scheme.inset}`],
    ['accent', `background-color:${scheme.accent};color:${scheme.onAccent}`],
    ['ink', `color:${scheme.ink}`],
    ['muted', `color:${scheme.muted}`],
    ['link', `color:${scheme.accent}`],
    ['line', `border-color:${scheme.line}`],
  ]
    .map(([name, rule]) => `${root}.${name}{${(rule ?? '').replace(/(;|$)/g, ' !important$1')}}`)
    .join('');

/** Rules for the head: dark colours, and less padding on a phone. `data-ogsc` is how Outlook's apps mark dark mode. */
export const headRules =
  ':root{color-scheme:light dark;supported-color-schemes:light dark}' +
  `@media (prefers-color-scheme:dark){${recolour(dark, '')}}` +
  recolour(dark, '[data-ogsc] ') +
  `@media (max-width:480px){.outer{padding:${space.m}px ${space.s}px ${space.xl}px !important}` +
  `.card{padding:${space.l}px ${space.m + space.xxs}px !important}.wide{width:100% !important}.wide a{display:block !important;text-align:center !important}}`;
