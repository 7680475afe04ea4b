import { hourOf } from '../../html/hour.ts';
import { type Html, html, joined, nothing } from '../../html/html.ts';
import { pageOf } from '../../html/page.ts';
import type { ChainView } from '../record/chain-view.ts';
import type { Link } from '../record/standing.ts';
import type { Difusor } from '../setup/config.ts';
import { causeWords } from './words.ts';

/**
 * The official list of Difusores for the IEC's own site: where citizens can read the results, and which sites are
 * disabled now.
 */

export interface Listed {
  readonly difusor: Difusor;
  readonly link: Link;
  /** a `data:` address, null where there is no logo that can be shown */
  readonly logo: string | null;
  /** whether no node of it has the newest corte by SFTP, and one is known to have it from its site */
  readonly isByNetwork: boolean;
}

/** One entry of `enlaces.json`. */
export interface LinkEntry {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  readonly logo: string | null;
  readonly enabled: boolean;
  /** since when it is enabled or disabled; null where that never changed */
  readonly since: string | null;
  /** why it is disabled, in plain Spanish; null while it is enabled */
  readonly cause: string | null;
  /** whether it is enabled because its site shows the newest corte and a node signed for it there, though SFTP to it fails */
  readonly por_la_red: boolean;
}

/** @param logoPath relative to the panel's folder, null where there is no logo */
export function entryOf({ difusor, link, isByNetwork }: Listed, logoPath: string | null): LinkEntry {
  const { name, title, url } = difusor;
  const { enabled, since } = link;
  return {
    name,
    title,
    url,
    logo: logoPath,
    enabled,
    since,
    cause: enabled ? null : causeOf(link),
    por_la_red: enabled && isByNetwork,
  };
}

function causeOf({ cause }: Link): string {
  return cause === null ? causeWords('no-acuse') : causeWords(cause.code);
}

export function linksPage(view: ChainView, listed: readonly Listed[]): string {
  const drill =
    view.phase.kind === 'simulacro' ? html`<p class="drill">SIMULACRO: no son resultados de la elección.</p>\n` : nothing;
  const body = html`<header>
${drill}<h1>Difusores oficiales</h1>
<p>${view.title}. En estos sitios se publican los resultados electorales preliminares, los mismos en todos.</p>
</header>
<main>
<ul>
${joined(listed.map(item), '\n')}
</ul>
</main>`;
  return pageOf({ title: `Difusores oficiales · ${view.title}`, style: STYLE, body, refresh: 60 });
}

function item({ difusor, link, logo }: Listed): Html {
  const { title, url } = difusor;
  const picture =
    logo === null ? html`<span class="initial" aria-hidden="true">${initial(title)}</span>` : html`<img src="${logo}" alt="">`;
  if (link.enabled) {
    const since =
      link.since === null ? nothing : html`<span class="note">Enlace habilitado de nuevo a las ${hourOf(link.since)}</span>`;
    return html`<li><a href="${url}" rel="noopener noreferrer">${picture}<span><b>${title}</b><span class="url">${shortUrl(url)}</span>${since}</span></a></li>`;
  }
  const since = link.since === null ? '' : ` desde las ${hourOf(link.since)}`;
  return html`<li class="off"><div>${picture}<span><b>${title}</b><span class="note"><strong>Enlace deshabilitado</strong>${since}: ${causeOf(link)}.</span></span></div></li>`;
}

function initial(title: string): string {
  return [...title.replace(/^(El|La|Los|Las) /, '')][0]?.toUpperCase() ?? '·';
}

function shortUrl(url: string): string {
  return url.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

const STYLE = `
:root{--bg:#fff;--card:#fafaf8;--ink:#1b1b1b;--dim:#5c5c5c;--line:#d5d5d0;--link:#0757a8;--bad:#b3141d}
@media (prefers-color-scheme:dark){:root{--bg:#101214;--card:#1a1d21;--ink:#ececec;--dim:#a3a8ad;--line:#33383d;--link:#6cb6ff;--bad:#ff8a8a}}
*{box-sizing:border-box}
body{max-width:62rem;margin:0 auto;padding:1.2rem;background:var(--bg);color:var(--ink);font:1.05rem/1.45 system-ui,sans-serif}
h1{margin:.2rem 0;font-size:1.7rem}
.drill{padding:.4rem .8rem;background:#ffd54a;color:#1b1b1b;font-weight:700}
ul{display:grid;gap:.8rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr));margin:1.2rem 0;padding:0;list-style:none}
li>a,li>div{display:flex;gap:.9rem;align-items:center;height:100%;padding:.8rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem;color:inherit;text-decoration:none;overflow-wrap:anywhere}
li>a:hover,li>a:focus-visible{border-color:var(--link)}
a b{color:var(--link);text-decoration:underline}
img,.initial{flex:none;width:3.5rem;height:3.5rem;object-fit:contain;border-radius:.3rem;background:#fff}
.initial{display:grid;place-items:center;background:var(--line);color:var(--ink);font-size:1.6rem;font-weight:700}
.off img{filter:grayscale(1);opacity:.6}
b,.url,.note{display:block}
.url,.note{color:var(--dim);font-size:.9rem}
.note strong{color:var(--bad)}
`;
