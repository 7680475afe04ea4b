// The edge before a bucket that `cotejo espejo` keeps: a Worker (Cloudflare's, or any that runs modules with fetch). A bucket
// by itself has no `/` and no 503; this gives both. It shows what the pointer names, keeps a reader on one corte while a page
// is fetched part by part, and answers 503 with the notice when the pointer says so, or has not been renewed in time.
//
// Variables: ORIGIN, the bucket's public address with the prefix, as https://prep.s3.example/ ; LAYOUT, as `layout` in
// espejo.toml, "corte" where it is missing; ROBOTS, for a drill's site alone: "noindex, nofollow". docs/espejo.md tells how it is installed; test/espejo/worker.test.ts runs it.

const PIN = 'cotejo_pin';
const POINTER_KEPT = { cacheTtl: 5 };
// How long a corte's list is believed: its number may be another corte's, where a stolen key's were disowned.
const LIST_SECONDS = 15;
const MOST_LISTS = 8;
// That it is not there is never kept: in a moment the pointer may name it.
const LIST_KEPT = { cacheTtlByStatus: { '200-299': LIST_SECONDS, '300-599': 0 } };
// What no site shows of a publication: the answer to a challenge is worth a certificate.
const HIDDEN = /\/(?:\.|%2e)(?!well-known\/)|\/(?:\.|%2e)well-known\/acme-challenge/i;
// What a bucket has below /cotejo/ that readers ask for by these addresses.
const OWN = /^\/cotejo\/(?:ultimo\.json$|c\/[1-9]\d{0,5}\/|chain\/)/;

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    if (request.method !== 'GET' && request.method !== 'HEAD') return said(env, 405, 'no-store', { Allow: 'GET, HEAD' });
    if (OWN.test(url.pathname) && !HIDDEN.test(url.pathname)) return own(request, env, url.pathname);
    if (url.pathname === '/cotejo/health') return health(env);
    if (HIDDEN.test(url.pathname) || /^\/cotejo(?:\/|$)/.test(url.pathname)) return said(env, 404, 'no-store');
    const pointer = await pointerOf(env);
    if (pointer === null) return said(env, 503, 'no-store', { 'Retry-After': '30', 'Cotejo-Muestra': 'aviso' });
    if (pointer.shows !== 'corte') return standIn(request, env, pointer);
    return publication(request, env, pointer, url.pathname);
  },
};

/** The pointer as it may be believed at this moment; null where it is not to be had. */
async function pointerOf(env) {
  try {
    const answer = await ask(env, '/cotejo/ultimo.json', {}, POINTER_KEPT);
    if (!answer.ok) return null;
    const { shows, number, until, phase } = await answer.json();
    const isLate = typeof until === 'string' && Date.now() > Date.parse(until);
    if (shows === 'corte' && Number.isInteger(number) && number > 0) return { shows: isLate ? 'aviso' : 'corte', number, phase };
    return { shows: shows === 'espera' && !isLate ? 'espera' : 'aviso', number: null, phase };
  } catch {
    return null;
  }
}

async function publication(request, env, { number, phase }, path) {
  const pinned = pinOf(request);
  // A page is of the newest corte; its parts are of the corte that the page was of. A pin past the pointer is of a corte
  // that is nobody's any more.
  const wanted = isPage(request, path) || pinned === null || pinned > number ? number : pinned;
  const answer = await at(request, env, phase, wanted, path);
  // An older corte is not kept for ever.
  if (answer.status === 404 && wanted !== number) return at(request, env, phase, number, path);
  return answer;
}

async function at(request, env, phase, number, path) {
  const file = (name, headers) => fileOf(env, phase, number, name, headers);
  const answer = await file(path.endsWith('/') ? `${path}index.html` : path, conditionsOf(request));
  if (answer.status === 403 || answer.status === 404) {
    const isFolder = !path.endsWith('/') && (await file(`${path}/index.html`)).ok;
    if (isFolder) return said(env, 301, 'no-cache', { Location: `${path}/` });
    const page = await file('/404.html');
    return page.ok ? shown(request, env, page, 404, number) : said(env, 404, 'no-store');
  }
  if (answer.status >= 500) return said(env, 503, 'no-store', { 'Retry-After': '30' });
  return shown(request, env, answer, answer.status, number);
}

/** A corte's file as the bucket has it. @param path encoded as it came, with a slash before it */
async function fileOf(env, phase, number, path, headers = {}) {
  if (env.LAYOUT !== 'contenido') return ask(env, `/cotejo/c/${number}${path}`, headers);
  const list = await listOf(env, phase, number);
  if (list === null) return new Response(null, { status: 503 });
  const name = list.get(decoded(path.slice(1)));
  if (name === undefined) return new Response(null, { status: 404 });
  return ask(env, `/cotejo/contenido/${name}`, headers);
}

// Only what has come whole: what is on its way belongs to the request that began it, and ends with it, so that whoever else
// waits for it may wait for ever.
const lists = new Map();

/** What a corte's SHA256SUMS says: the name of the content of each path, none for no such corte; null where it is not to be had. */
async function listOf(env, phase, number) {
  if (!/^[a-z0-9-]{1,32}$/.test(phase ?? '')) return null;
  const place = `/cotejo/chain/${phase}/${String(number).padStart(6, '0')}/SHA256SUMS`;
  const key = `${env.ORIGIN} ${place}`;
  const known = lists.get(key);
  if (known && Date.now() - known.at < LIST_SECONDS * 1000) return known.list;
  const at = Date.now();
  const list = await readList(env, place).catch(() => null);
  // What could not be had is asked for again by the next one; so is what is not there: in a moment the pointer may name it.
  if (!list?.size) return list;
  lists.delete(key);
  lists.set(key, { at, list });
  for (const old of lists.keys()) if (lists.size > MOST_LISTS) lists.delete(old);
  return list;
}

async function readList(env, place) {
  const answer = await ask(env, place, {}, LIST_KEPT);
  if (answer.status === 403 || answer.status === 404) return new Map();
  if (!answer.ok) return null;
  const lines = (await answer.text()).split('\n').slice(0, -1);
  return new Map(lines.map((line) => [line.slice(66), nameOf(line.slice(0, 64), line.slice(66))]));
}

/** As src/espejo/layout.ts names a content: its hash, with the ending that says its type. */
function nameOf(sha256, path) {
  const ending = /[^/]\.([A-Za-z0-9]{1,16})$/.exec(path)?.[1];
  return ending === undefined ? sha256 : `${sha256}.${ending.toLowerCase()}`;
}

function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}

/** An answer of the bucket as one of this site. What a browser keeps is asked for again, so that no load is of two cortes. */
function shown(request, env, answer, status, number) {
  const headers = headersOf(env, 'no-cache', { 'Cotejo-Corte': String(number), 'Cotejo-Muestra': 'corte', Vary: 'Cookie' });
  for (const name of ['content-type', 'content-encoding', 'etag', 'last-modified', 'accept-ranges', 'content-range']) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  if (pinOf(request) !== number) headers.append('Set-Cookie', `${PIN}=${number}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax`);
  return new Response(request.method === 'HEAD' || status === 304 ? null : answer.body, { status, headers });
}

/** The notice, or the wait: always 503, so that nobody keeps it and no machine takes it for the results. */
async function standIn(request, env, { shows }) {
  const page = await ask(env, `/cotejo/${shows}/index.html`).catch(() => null);
  const headers = { 'Retry-After': '60', 'Cotejo-Muestra': shows, 'Content-Type': 'text/html' };
  if (!page?.ok) return said(env, 503, 'no-store', headers);
  return new Response(request.method === 'HEAD' ? null : page.body, { status: 503, headers: headersOf(env, 'no-store', headers) });
}

/** Well is where a corte is shown; by content, one whose list is there: without it no address of the corte leads anywhere. */
async function health(env) {
  const pointer = await pointerOf(env);
  const isShown = pointer?.shows === 'corte';
  const isWell = isShown && (env.LAYOUT !== 'contenido' || (await listOf(env, pointer.phase, pointer.number))?.size > 0);
  return said(env, isWell ? 200 : 503, 'no-store');
}

/** What has an address of its own, as the bucket has it. */
async function own(request, env, path) {
  const [, number, file] = (env.LAYOUT === 'contenido' && /^\/cotejo\/c\/(\d+)(\/.*)$/.exec(path)) || [];
  const answer =
    number === undefined
      ? await ask(env, path, conditionsOf(request), path.endsWith('/ultimo.json') ? POINTER_KEPT : undefined)
      : await fileOf(env, (await pointerOf(env))?.phase, Number(number), file, conditionsOf(request));
  const status = answer.status === 403 ? 404 : answer.status;
  // A content is of one hash for ever; what is at a corte's address is asked for again, as where it lies there itself.
  const kept = number === undefined ? answer.headers.get('cache-control') : `public, max-age=${LIST_SECONDS}, must-revalidate`;
  const keep = (status < 400 && kept) || 'no-store';
  const headers = headersOf(env, keep, {});
  for (const name of ['content-type', 'content-encoding', 'etag', 'last-modified', 'accept-ranges', 'content-range']) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(request.method === 'HEAD' || status === 304 || status >= 400 ? null : answer.body, { status, headers });
}

/** @param path encoded as it came; @param kept how long the edge may keep the answer, where the bucket's own word is not enough */
function ask(env, path, headers = {}, kept) {
  const url = `${env.ORIGIN.replace(/\/+$/, '')}${path}`;
  return fetch(url, { headers, redirect: 'manual', ...(kept !== undefined && { cf: kept }) });
}

function conditionsOf(request) {
  const kept = {};
  for (const name of ['if-none-match', 'if-modified-since', 'if-range', 'range']) {
    const value = request.headers.get(name);
    if (value !== null) kept[name] = value;
  }
  return kept;
}

/** Whether a reader begins something new with this. A browser says so; of others, the end of the address does. */
function isPage(request, path) {
  const dest = request.headers.get('sec-fetch-dest');
  if (dest !== null) return ['document', 'iframe', 'frame'].includes(dest);
  return path.endsWith('/') || /\.html?$/i.test(path);
}

function pinOf(request) {
  const found = new RegExp(`(?:^|;\\s*)${PIN}=([1-9]\\d{0,5})(?:;|$)`).exec(request.headers.get('cookie') ?? '');
  return found ? Number(found[1]) : null;
}

function said(env, status, keep, headers = {}) {
  return new Response(null, { status, headers: headersOf(env, keep, headers) });
}

function headersOf(env, keep, more) {
  return new Headers({
    'Cache-Control': keep,
    'X-Content-Type-Options': 'nosniff',
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'Cotejo-Corte, Cotejo-Muestra, ETag',
    ...(env.ROBOTS && { 'X-Robots-Tag': env.ROBOTS }),
    ...more,
  });
}
