import { AGE } from './panel-script.ts';

/** Plain, of high contrast, in the light and in the dark; on a wall larger than on a desk. */
export const STYLE = `
:root{--bg:#f3f3f0;--card:#fff;--ink:#111;--dim:#505355;--line:#c9c9c4;--ok:#136c2e;--warn:#ffc53d;--bad:#b3101b;--back:#0757a8;--lost:#5b6066;--lost-bg:#565c63;--warn-ink:#8a5a00;--bad-ink:#b3101b;--bar:#2f8f4e;--bar-bad:#c4121f}
@media (prefers-color-scheme:dark){:root{--bg:#0a0c0e;--card:#15181b;--ink:#f4f4f4;--dim:#aab1b7;--line:#31363b;--ok:#56d07b;--warn:#ffc53d;--bad:#c4121f;--back:#6cb6ff;--lost:#8a9198;--lost-bg:#565c63;--warn-ink:#ffc53d;--bad-ink:#ff7b7b;--bar:#2f9e55;--bar-bad:#ff5c5c}}
*{box-sizing:border-box}
html{font-size:100%}
body{margin:0;padding:.7rem;background:var(--bg);color:var(--ink);font:1rem/1.3 system-ui,sans-serif;overflow-wrap:anywhere}
p,h1,h2,ul{margin:0;padding:0}ul{list-style:none}
h1{font-size:1.1rem;line-height:1.2}
.title p{color:var(--dim);font-size:.85rem}
.drill{margin:0 0 .4rem;padding:.1rem .6rem;background:#ffd54a;color:#1b1b1b;font-weight:800;letter-spacing:.15em}
.sum{display:grid;grid-template-columns:repeat(6,1fr);gap:.35rem;margin:.5rem 0}
.sum li{grid-column:span 2;min-width:0;padding:.25rem .6rem;background:var(--card);border:1px solid var(--line);border-radius:.3rem}
.sum .perdido,.sum .tocall{grid-column:span 3}.sum .tocall:nth-child(7){grid-column:span 6}.sum .tocall:nth-child(9){grid-column:span 2}
.sum strong{display:block;font-size:1.3rem;line-height:1.15;font-variant-numeric:tabular-nums}
.sum span{display:block;color:var(--dim);font-size:.8rem;line-height:1.15}
.sum .bien strong{color:var(--ok)}.sum .falla strong{color:var(--warn-ink)}.sum .malo strong{color:var(--bad-ink)}.sum .uncalled strong{color:var(--bad-ink)}
.sum .tardy{display:none}
.sum .late{background:var(--bad);border-color:var(--bad)}
.sum .late strong,.sum .late span{color:#fff}.sum .late .soon{display:none}.sum .late .tardy{display:block}
.alarm{margin:.4rem 0;padding:.3rem .8rem;background:var(--bad);color:#fff;font-weight:700}
.alarm .facts{color:#fff;font-weight:400}
.cards{display:grid;gap:.5rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));margin:.5rem 0}
article{display:flex;flex-direction:column;min-width:0;background:var(--card);border:2px solid var(--tone);border-radius:.35rem;--tone:var(--bad);--on:#fff}
article.falla{--tone:var(--warn);--on:#151000}
article.perdido{--tone:var(--lost-bg);--on:#fff}
article>*{padding:0 .6rem}
article header{display:grid;grid-template-columns:auto 1fr;column-gap:.5rem;align-items:center;padding:.2rem .6rem .3rem;background:var(--tone);color:var(--on);line-height:1.15}
article .sign{grid-row:span 2;font-size:1.6rem;line-height:1}
h2{font-size:1.1rem;font-weight:800}
h2 small,.name small{font-weight:400;font-size:.85em}
.state{font-size:.9rem;font-weight:600}
.what{padding-top:.3rem}
.trouble{font-weight:600;line-height:1.2}
.seen{font-size:.85rem;line-height:1.2}
.facts{color:var(--dim);font:.8rem/1.25 ui-monospace,monospace}
.far{display:flex;gap:.5rem;align-items:end;justify-content:space-between;margin-top:.2rem;font-size:.9rem;font-variant-numeric:tabular-nums}
.far span{min-width:0;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
.contact{margin-top:.2rem;font-size:.9rem;line-height:1.2}
.contact .person{display:block}
.contact a{color:inherit;font-weight:700;white-space:nowrap;text-underline-offset:.15em}
.call{margin-top:auto;padding:.25rem .6rem .3rem}
.call summary{width:fit-content;cursor:pointer;font-weight:700;color:var(--bad-ink)}
.call.yes summary{color:var(--ok)}
.call q{font-weight:400}
.call p{color:var(--dim);font-size:.85rem}
.call code{display:block;padding:.2rem .4rem;background:var(--bg);font:.85rem/1.3 ui-monospace,monospace;user-select:all}
.strip{flex:none;width:9rem;height:1rem}
.far .strip{width:5.25rem}
.strip .base{fill:var(--line)}.strip .ok{fill:var(--bar)}.strip .no{fill:var(--bar-bad)}
.tiles{display:grid;gap:0 .8rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr));font-variant-numeric:tabular-nums}
.tiles li{display:grid;grid-template-columns:1.1rem minmax(0,1fr) auto auto;gap:.4rem;align-items:center;min-width:0;padding:.2rem .3rem;border-bottom:1px solid var(--line);line-height:1.25;--tone:var(--ok)}
.tiles .vuelve{--tone:var(--back)}.tiles .espera{--tone:var(--lost)}
.tiles .sign{color:var(--tone)}
.name{overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
.corte{color:var(--dim)}
.corte i,.far i{font-style:normal}
.empty{padding:1rem 0}
footer{margin-top:.6rem;color:var(--dim);font-size:.8rem}
.stale{position:fixed;z-index:1;inset:0 0 auto;padding:.8rem 1rem 1rem;background:#b3101b;color:#fff;visibility:hidden;animation:stale 0s linear ${AGE.most}s forwards}
.stale strong{font-size:1.5rem;line-height:1.15}
@keyframes stale{to{visibility:visible}}
.is-stale .stale{position:sticky;top:0;margin-bottom:.5rem;visibility:visible}
.is-stale main,.is-stale .sum,.ended main{filter:grayscale(1);opacity:.6}
.doubt{margin:0 0 .4rem;padding:.2rem .6rem;border:2px solid var(--warn)}
@media (max-width:40rem){.tiles .strip{width:5.5rem}.sum strong{font-size:1.15rem}.sum span{font-size:.75rem}}
@media (min-width:60rem){
#panel{display:flex;flex-wrap:wrap;gap:0 1.2rem;align-items:center}
.drill{flex-basis:100%}.title{flex:1 1 16rem}
.sum{display:flex;flex:3 1 56rem;margin:0}
.sum li{flex:1 1 auto}
.sum .next{flex-basis:11rem}.sum .next span{white-space:nowrap}
}
@media (min-width:110rem){
html{font-size:112.5%}
body{padding:.5rem .7rem}
.sum strong{font-size:1.7rem}
.cards{grid-template-columns:repeat(5,1fr);margin:.5rem 0 .4rem}
.tiles{grid-template-columns:repeat(4,1fr)}
.usual .facts,.usual .seen{overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
.usual .seen+.facts{display:none}
.usual .state{font-size:.85rem}
.usual .trouble,.usual .contact{display:-webkit-box;overflow:hidden;-webkit-box-orient:vertical;-webkit-line-clamp:3}
.usual .tiles li{padding:.05rem .3rem;line-height:1.18}
.usual .cards{gap:.35rem .5rem}
.usual header{padding:.12rem .6rem .2rem}
.usual #panel{padding:0}
.usual .call{padding:.1rem .6rem .2rem}
.calm .tiles{grid-template-columns:repeat(3,1fr);gap:0 1.6rem;margin-top:.4rem;font-size:1.35rem}
.calm .tiles li{padding:.32rem .3rem}
.calm .strip{width:11rem;height:1.3rem}
.few .cards{grid-template-columns:repeat(4,1fr);font-size:1.2rem}
.few .tiles{grid-template-columns:repeat(3,1fr);font-size:1.5rem}
.few .tiles li{padding:.4rem .3rem}
.many .cards{gap:.4rem;font-size:.95rem;line-height:1.2}
.many article{display:grid;grid-template-columns:minmax(0,1fr) auto;border-width:0 0 0 .5rem}
.many article>*{padding:0 .4rem}
.many header{display:flex;gap:.4rem;grid-column:1/-1;padding:.1rem .4rem}
.many .sign{font-size:1.1rem}
.many h2{flex:1 1 0;min-width:0;font-size:1rem}
.many .state{flex:0 0 auto;font-size:.85rem}
.many .how{display:none}
.many .what{grid-column:1/-1}
.many h2,.many .trouble,.many .state,.many .contact{overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
.many .trouble+.trouble,.many .facts,.many .seen,.many .far,.many q{display:none}
.many .contact,.many .call{margin:0}
.many .call[open]{grid-column:1/-1}
.many .tiles{grid-template-columns:repeat(5,1fr)}
}
`;
