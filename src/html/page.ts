import { createHash } from 'node:crypto';
import { type Html, html, nothing, scriptOf, styleOf } from './html.ts';

/** Pages that stand alone: no resource from anywhere, and a policy that allows nothing but their own style and script, if any. */

export interface Page {
  /** `es-MX` by default */
  readonly lang?: string;
  readonly title: string;
  /** the only style there is: under the policy, `style` attributes in the body have no effect */
  readonly style: string;
  readonly body: Html;
  /** the `class` of the body */
  readonly bodyClass?: string;
  /** the only script there is, at the end of the body; it may ask the page's own site. Most pages have none */
  readonly script?: string;
  /** seconds after which the page loads itself again, where it changes; a page with a script does so only where no script runs */
  readonly refresh?: number;
  /** the colour schemes that its style supports; both by default */
  readonly schemes?: 'light dark' | 'light';
}

/** @returns the whole file, to be written in UTF-8 */
export function pageOf({ lang = 'es-MX', title, style, body, bodyClass, script, refresh, schemes = 'light dark' }: Page): string {
  const reload = refresh === undefined ? nothing : html`<meta http-equiv="refresh" content="${refresh}">`;
  const again = refresh === undefined ? nothing : script === undefined ? html`${reload}\n` : html`<noscript>${reload}</noscript>\n`;
  // No script can make markup of text, its own included.
  const allowed =
    script === undefined
      ? nothing
      : html` script-src '${sourceHash(script)}'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none';`;
  return html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';${allowed} style-src '${sourceHash(style)}'; img-src data:; base-uri 'none'; form-action 'none'">
${again}<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${schemes}">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${styleOf(style)}
</head>
<body${bodyClass === undefined ? nothing : html` class="${bodyClass}"`}>
${body}
${script === undefined ? nothing : html`${scriptOf(script)}\n`}</body>
</html>
`.toString();
}

/** A script or a style as a policy names it: `sha256-` and its hash in base64. @internal */
export function sourceHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
