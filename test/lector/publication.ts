/**
 * A publication in which every file says of which corte it is, so that a page of two cortes gives itself away: the page
 * itself, a style, a script and data, by addresses from the root, relative ones, and one within a style.
 */

const text = (corte: number, place: string) => `
<!doctype html>
<html lang="es-MX"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Resultados preliminares: ${place}</title>
<link rel="stylesheet" href="/css/estilo.css">
<h1>Resultados preliminares</h1>
<h2>${place}</h2>
<p id="html" data-corte="${corte}">Votos: 1${String(corte).padStart(4, '0')}. Corte ${corte}.</p>
<p id="datos"></p>
<nav><a id="inicio" href="/">Estado</a> <a id="municipio" href="/municipio/saltillo.html">Saltillo</a></nav>
<img id="raiz" alt="" src="/img/escudo.svg">
`;

const drawing = (corte: number, color: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><desc>Votos: 1, corte ${corte}</desc><circle cx="20" cy="20" r="18" fill="${color}"/></svg>\n`;

/** @param n of the corte. @param more further files, or others in the place of these */
export function lectorPublication(n: number, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const script = (base: string) => `<script>const base = '${base}';</script>\n<script src="/js/datos.js"></script>\n</html>\n`;
  return {
    'index.html': `${text(n, 'Coahuila').trimStart()}<img id="aqui" alt="" src="img/acta.svg">\n${script('')}`,
    'municipio/saltillo.html': `${text(n, 'Saltillo').trimStart()}<img id="aqui" alt="" src="../img/acta.svg">\n${script('../')}`,
    'css/estilo.css': `/* Votos: 1 */\n:root { --corte: ${n} }\nbody { font-family: sans-serif; background: url('../img/fondo.svg') no-repeat right top }\n`,
    'js/datos.js': `// Votos: 1
document.body.dataset.script = '${n}';
fetch(base + 'datos/resultados.json').then((answer) => answer.json()).then(({ corte, votos }) => {
  document.querySelector('#datos').textContent = votos.map(({ partido, votos: n }) => partido + ' ' + n).join(', ');
  document.body.dataset.datos = String(corte);
});
`,
    'datos/resultados.json': `${JSON.stringify({ nota: 'Votos: 1', corte: n, votos: partidos(n) })}\n`,
    'img/escudo.svg': drawing(n, '#157'),
    'img/acta.svg': drawing(n, '#751'),
    'img/fondo.svg': drawing(n, '#eee'),
    ...more,
  };
}

function partidos(corte: number) {
  return ['Partido A', 'Partido B', 'Partido C'].map((partido, i) => ({ partido, votos: corte * 1000 + i * 37 }));
}
