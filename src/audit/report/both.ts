import { inLanguage, type Said } from '../../format/said.ts';
import { type Html, html } from '../../html/html.ts';

/** Pages of audits in both languages: they are in Spanish, and a checkbox and two CSS rules switch to English. */

/** One text in both languages. */
export function both(es: string | Html, en: string | Html): Html {
  return html`<span lang="es">${es}</span><span lang="en">${en}</span>`;
}

export function bothOf(text: string | Said): Html {
  const [es, en] = [inLanguage(text, 'es'), inLanguage(text, 'en')];
  return es === en ? html`${es}` : both(es, en);
}

/** The first element of the body. */
export const SWITCH: Html = html`<input type="checkbox" id="en"><label for="en" class="switch"><span lang="es">English</span><span lang="en">Español</span></label>`;

/** What the pages of audits have in common. */
export const AUDIT_STYLE = `
:root{color-scheme:light dark;--ink:#1b1b1b;--soft:#5c5c5c;--line:#c9c9c9;--paper:#fff;--bad:#b3261e;--good:#0b6b3a}
@media(prefers-color-scheme:dark){:root{--ink:#eee;--soft:#aaa;--line:#555;--paper:#161616;--bad:#ff8a80;--good:#6fd39b}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:1120px;margin:0 auto;padding:1rem 1.25rem 3rem}
.over{color:var(--soft);margin:1.5rem 0 0}h1{margin:.1rem 0 1rem;font-size:1.7rem;line-height:1.2}h2{margin:2.5rem 0 .3rem}h2 small{color:var(--soft);font-weight:normal}
#en{position:absolute;opacity:0}.switch{float:right;margin:1rem 1.25rem;padding:.25rem .7rem;border:1px solid var(--line);border-radius:1rem;cursor:pointer}
#en:focus-visible+.switch{outline:3px solid #56b4e9}
body:not(:has(#en:checked)) [lang=en],body:has(#en:checked) [lang=es]{display:none}
.verdict{font-size:1.2rem;font-weight:600;border-left:.4rem solid;padding:.4rem .9rem;margin:1rem 0}.verdict.good{color:var(--good)}.verdict.bad{color:var(--bad)}.verdict small{font-weight:normal}
.looked{display:flex;flex-wrap:wrap;gap:0 3rem}.looked h2{margin-top:1rem;font-size:1rem}.looked ul{margin:0;padding-left:1.2rem}
.warning{border-left:.4rem solid #e69f00;padding:.2rem .9rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.hash{font-family:ui-monospace,monospace;font-size:.8rem;overflow-wrap:anywhere}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}th,td{text-align:left;padding:.25rem .7rem .25rem 0;border-bottom:1px solid var(--line);white-space:nowrap}
summary{cursor:pointer;margin:.6rem 0}.foot{color:var(--soft);margin-top:3rem;max-width:60rem}
@media(max-width:40rem){dl{grid-template-columns:1fr}dt{margin-top:.4rem}}
@media print{.switch{display:none}details::details-content{content-visibility:visible}}
`;
