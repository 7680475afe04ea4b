import { requires } from './requires.ts';
import { type Answering, serve } from './web.ts';

/** A newspaper's page at another origin, with the snippet of docs/difusor.md in it. */

export const inBrowser = requires('chromium', ['chromium']).serial;

const STYLE = `
body { margin: 0; font: 1.0625rem/1.6 Georgia, serif; color: #222; background: #f4f2ee }
.top { position: sticky; top: 0; z-index: 2; height: 56px; display: flex; align-items: center; padding: 0 1rem; color: #fff; background: #123 }
article { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem; background: #fff }
`;

/** @param site of the Difusor, asked at each request: it is started once the portal's origin is known */
export function portalPage(site: URL, query = ''): string {
  return `<!doctype html>
<html lang="es"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vanguardia</title><style>${STYLE}</style>
<header class="top">Vanguardia</header>
<article>
<h1>Así va la elección en Coahuila</h1>
<p>Los resultados preliminares se actualizan a lo largo de la noche. ${'La jornada transcurrió con calma en todo el estado. '.repeat(6)}</p>
<iframe src="${site.href}cotejo/marco.html${query}" title="Resultados electorales preliminares"
  data-arriba="56" width="100%" height="800" style="border:0" allow="fullscreen"
  sandbox="allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-downloads"></iframe>
<script src="${site.href}cotejo/marco.js" defer></script>
<iframe src="${site.href}cotejo/insignia.html${query}" title="Verificación de los resultados" width="320" height="170" style="border:0"></iframe>
<p>Más noticias de la noche electoral.</p>
</article></html>`;
}

/** The portal, at an origin of its own. @param site as {@link portalPage} */
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
