import { contentAddressed, type Asset } from '../asset.js';
import { componentRules } from './component-rules.js';
import { customProperties } from './custom-properties.js';
import { pageRules } from './page-rules.js';

const compact = (css: string): string =>
  css
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .trim();

/** The one stylesheet that every hosted page links. */
export const stylesheet: Asset = contentAddressed(
  'css',
  'text/css; charset=utf-8',
  compact(customProperties + pageRules + componentRules),
);
