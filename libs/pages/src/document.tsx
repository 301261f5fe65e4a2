import { type VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Asset } from './asset.js';
import { BrandMark, icon } from './brand-mark.js';
import { singleLine } from './single-line.js';
import { stylesheet } from './stylesheet/stylesheet.js';
import { dark, light } from './tokens.js';

export interface Page {
  readonly title: string;
  readonly productName: string;
  readonly lang?: string;
  /** The form came back with faults: the title says so, which is what a screen reader reads first. */
  readonly invalid?: boolean;
  /** What it runs. Send the page with `scriptedPageHeaders` then. */
  readonly script?: Asset | undefined;
}

function Document({ page, body }: { readonly page: Page; readonly body: VNode }): VNode {
  const name = singleLine(page.productName);
  return (
    <html lang={page.lang ?? 'en'}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content={light.canvas} media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content={dark.canvas} media="(prefers-color-scheme: dark)" />
        <meta name="robots" content="noindex, nofollow" />
        <meta name="format-detection" content="telephone=no" />
        <title>{`${page.invalid ? 'Error: ' : ''}${singleLine(page.title)} · ${name}`}</title>
        <link rel="stylesheet" href={stylesheet.path} />
        <link rel="icon" href={icon.path} type="image/svg+xml" />
        {page.script ? <script src={page.script.path} defer /> : null}
      </head>
      <body>
        <div class="arch" aria-hidden="true" />
        <header class="brand">
          <BrandMark />
          <span>{name}</span>
        </header>
        <main>{body}</main>
        <footer class="footnote">{name} never asks for your password by e-mail or telephone.</footer>
      </body>
    </html>
  );
}

/** A whole HTML document around `body`, usually a Card. Send it with `pageHeaders`, or with `scriptedPageHeaders`. */
export function renderPage(page: Page, body: VNode): string {
  return `<!doctype html>${renderToString(<Document page={page} body={body} />)}`;
}
