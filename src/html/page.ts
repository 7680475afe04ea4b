import { createHash } from 'node:crypto';
import { inHtml } from '../format/text.ts';

/** Pages that stand alone: no script, no resource from anywhere, and a policy that lets in nothing but their own style. */

export interface Page {
  readonly title: string;
  readonly style: string;
  /** markup; what was written by others has gone through {@link inHtml} */
  readonly body: string;
  /** seconds after which the page loads itself again */
  readonly refresh: number;
}

export function pageOf({ title, style, body, refresh }: Page): string {
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="es-MX">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta http-equiv="refresh" content="${refresh}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${inHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
