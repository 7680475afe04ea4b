import { fileIn } from './guide.ts';
import { requires } from './requires.ts';
import { type Answering, serve } from './web.ts';

/** A newspaper's page at another origin, with the snippet of docs/difusor.md in it. */

export const inBrowser = requires('chromium', ['chromium']).serial;

const STYLE = `
body { margin: 0; font: 1.0625rem/1.6 Georgia, serif; color: #222; background: #f4f2ee }
.top { position: sticky; top: 0; z-index: 2; height: 56px; display: flex; align-items: center; padding: 0 1rem; color: #fff; background: #123 }
article { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem; background: #fff }
`;

const SNIPPET = await fileIn('difusor', 'html');

/** @param site of the Difusor. @param query of the frame's and the badge's addresses */
function portalPage(site: URL, query = ''): string {
  // What is loaded only when it comes near is loaded at once here: a test looks at all of it.
  const snippet = SNIPPET.replaceAll('https://prep.example', site.origin)
    .replaceAll(/(?<=\.html)(?=")/g, query)
    .replaceAll(' loading="lazy"', '')
    .replace('<iframe ', '<iframe data-arriba="56" ');
  return `<!doctype html>
<html lang="es"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vanguardia</title><style>${STYLE}</style>
<header class="top">Vanguardia</header>
<article>
<h1>Así va la elección en Coahuila</h1>
<p>Los resultados preliminares se actualizan a lo largo de la noche. ${'La jornada transcurrió con calma en todo el estado. '.repeat(6)}</p>
${snippet}
<p>Más noticias de la noche electoral.</p>
</article></html>`;
}

/** The portal, at an origin of its own. @param site asked at each request: it is started once the portal's origin is known */
export async function servePortal(t: { teardown(end: () => void): void }, site: () => URL): Promise<URL> {
  const answer: Answering = (request, response) => {
    const { pathname, search } = new URL(request.url ?? '', 'http://x');
    response.writeHead(pathname === '/' ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
    response.end(pathname === '/' ? portalPage(site(), search) : 'nada');
  };
  const url = await serve(t, answer);
  url.hostname = 'localhost';
  return url;
}
