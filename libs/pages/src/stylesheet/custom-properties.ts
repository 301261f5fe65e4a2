import {
  dark,
  fonts,
  light,
  radius,
  space,
  targetSize,
  typography,
  type ColourScheme,
  type ToneColours,
} from '../tokens.js';

const rem = (pixels: number): string => `${pixels / 16}rem`;

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const colours = (scheme: ColourScheme): [string, string][] =>
  Object.entries(scheme).flatMap(([name, value]: [string, string | ToneColours]): [string, string][] =>
    typeof value === 'string'
      ? [[kebab(name), value]]
      : Object.entries(value).map(([part, colour]: [string, string]): [string, string] => [`${name}-${part}`, colour]),
  );

const measures: readonly [string, string][] = [
  ['font-text', fonts.text],
  ['font-code', fonts.code],
  ...Object.entries(typography).flatMap(([name, { size, leading }]): [string, string][] => [
    [`size-${name}`, rem(size)],
    [`leading-${name}`, `${leading / size}`],
  ]),
  ...Object.entries(space).map(([name, pixels]): [string, string] => [`space-${name}`, rem(pixels)]),
  ...Object.entries(radius).map(([name, pixels]): [string, string] => [`radius-${name}`, rem(pixels)]),
  ['target', rem(targetSize)],
];

const declarations = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([name, value]) => `--${name}: ${value};`).join('\n');

/** The design tokens as custom properties, the dark ones where the reader prefers dark. */
export const customProperties = `
:root {
color-scheme: light dark;
${declarations(measures)}
${declarations(colours(light))}
}
@media (prefers-color-scheme: dark) {
:root {
${declarations(colours(dark))}
}
}
`;
