/**
 * The look of the report: for letter paper first, and for a screen. The fonts of the machine that prints are unknown;
 * font-size-adjust makes them all take about the same room. Numbers of pages come from the margin boxes, where the
 * browser knows them.
 */
export const STYLE = `
@page{size:letter;margin:16mm 15mm 17mm;@bottom-left{content:"Memoria técnica · resultados preliminares";font:7.5pt sans-serif;color:#666}@bottom-right{content:"Página " counter(page) " de " counter(pages);font:7.5pt sans-serif;color:#666}}
:root{--ink:#1b1b20;--soft:#55555e;--line:#c9c9d2;--faint:#e6e6ec;--brand:#6b1230;--wash:#faf6f7;--bar:#1f5f8b;--before:#a9c3d6;--corte:#3f8f63;--aviso:#c4121f;--aviso-soft:#f6d5d7;--espera:#9a9aa6}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:#fff;font:9.6pt/1.4 'Liberation Sans',Arial,'DejaVu Sans',sans-serif;font-size-adjust:.52}
main{max-width:186mm;margin:0 auto}
@media screen{body{font-size:1rem;background:#efeff2}main{max-width:56rem;background:#fff;padding:2rem clamp(1rem,4vw,3rem) 3rem;box-shadow:0 0 1rem #0002}}
header{border-top:2.5mm solid var(--brand);padding:3mm 0 0}
header p{margin:0}.institute{font-weight:700;color:var(--brand)}.election{color:var(--soft)}
h1{font-size:2em;line-height:1.15;margin:.3em 0 .4em;letter-spacing:-.01em}
h2{font-size:1.35em;line-height:1.2;margin:1.6em 0 .5em;padding-top:.5em;border-top:1px solid var(--line);color:var(--brand);break-after:avoid}
h2+p{break-after:avoid}
h3{font-size:1.05em;margin:1.2em 0 .3em;break-after:avoid}
p,ul{margin:.5em 0}ul{padding-left:1.3em}li{margin:.2em 0}
dl{margin:.3em 0}header dl div{display:grid;grid-template-columns:5em 1fr;gap:.5em}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(3,1fr);gap:2.5mm;margin:3mm 0}
.tiles div{display:flex;flex-direction:column-reverse;justify-content:flex-end;background:var(--wash);border-left:1mm solid var(--brand);padding:1.6mm 3mm;break-inside:avoid}
.tiles dd{font-size:1.5em;font-weight:700;line-height:1.2;font-variant-numeric:tabular-nums}
.terms div{margin:.45em 0;break-inside:avoid}.terms dt{font-weight:700;color:var(--ink);display:inline}.terms dt::after{content:": "}.terms dd{display:inline}
.soft,small,figcaption,footer{color:var(--soft)}small,figcaption,.soft{font-size:.88em}
.bad{color:#b3101b;font-weight:700}
code,pre{font-family:'Liberation Mono','DejaVu Sans Mono',Consolas,monospace;font-size-adjust:.53;font-size:.9em;overflow-wrap:anywhere}
pre{background:var(--wash);padding:2mm 3mm;white-space:pre-wrap;break-inside:avoid}
table{width:100%;border-collapse:collapse;margin:3mm 0 4mm;font-size:.9em;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:700;padding:0 0 1mm;break-after:avoid}
th,td{text-align:left;vertical-align:top;padding:.5mm 2mm .5mm 0;border-bottom:.5px solid var(--line);font-weight:400}
thead th{color:var(--soft);font-size:.92em;border-bottom:1px solid var(--ink);vertical-align:bottom}
th.n,td.n{text-align:right;padding-right:0;padding-left:2mm;white-space:nowrap}
thead th.n{white-space:normal}.n+td,.n+th:not(.n){padding-left:4mm}td.n+td.n,th.n+th.n{padding-left:2mm}
tbody th{overflow-wrap:break-word}:is(.top,.logs,.sums) tbody th{overflow-wrap:anywhere}
.long tbody th{white-space:nowrap}
tr,.short{break-inside:avoid}tbody tr:first-child,tbody tr:last-child{break-before:avoid}section.annex{break-before:page}section.annex~section.annex{break-before:auto}thead{display:table-header-group}
.shown td:nth-child(-n+2),.shown th,.incidents th,.incidents td:nth-child(2),.logs td:nth-last-child(-n+2){white-space:nowrap}
.incidents td:nth-child(3){width:22%}.incidents td:nth-child(4){overflow-wrap:anywhere}
.narrow{width:auto;min-width:45%}
.sums{font-size:.78em}.sums code{font-size:.84em}.sums tbody th{width:28%}.sums td:nth-child(2){width:9%}.sums td:nth-child(3){width:63%;overflow-wrap:anywhere}
.long{font-size:.82em;line-height:1.24}
figure{margin:3mm 0;break-inside:avoid}figcaption{margin-top:.5mm}
svg{display:block;width:100%;height:auto}svg text{font-size:10px;fill:var(--soft);text-anchor:middle;font-family:'Liberation Sans',Arial,'DejaVu Sans',sans-serif}
svg .value{text-anchor:end}svg .name{text-anchor:start}svg .days .name,.days .name{text-anchor:end}svg .shown{text-anchor:start;fill:var(--ink)}svg .usual-label{text-anchor:end}
svg .day{font-weight:700;fill:var(--ink);text-anchor:start}svg .day.end{text-anchor:end}
.axis{stroke:var(--ink)}.tick{stroke:var(--soft)}.grid{stroke:var(--faint)}
.bar{fill:var(--bar)}.before{fill:var(--before)}.shade{fill:var(--aviso-soft)}.usual{stroke:var(--ink);stroke-dasharray:4 3}
rect.corte{fill:var(--corte)}rect.aviso{fill:url(#hatch)}rect.espera{fill:var(--espera)}rect.unknown{fill:#fff;stroke:var(--line)}
.hatch-ground{fill:var(--aviso-soft)}.hatch-line{fill:var(--aviso)}
.key{display:inline-block;width:.9em;height:.8em;margin:0 .3em 0 1em;vertical-align:-1px}.key:first-child{margin-left:0}
.corte-key{background:var(--corte)}.aviso-key{background:repeating-linear-gradient(135deg,var(--aviso) 0 2px,var(--aviso-soft) 2px 5px)}.espera-key{background:var(--espera)}.unknown-key{border:1px solid var(--line)}
.hands{display:flex;gap:12mm;margin-top:16mm;break-inside:avoid}.hands div{flex:1;text-align:center}.hands span{display:block;border-bottom:1px solid var(--ink);margin-bottom:1mm}
.sign{break-inside:avoid}
footer{margin-top:6mm;border-top:1px solid var(--line);padding-top:2mm;font-size:.88em}
@media screen and (max-width:44rem){.tiles{grid-template-columns:1fr 1fr}section{overflow-x:auto}svg{min-width:38rem}caption{max-width:calc(100vw - 2rem)}:is(.top,.logs,.sums) tbody th{min-width:10rem}
.incidents,.incidents tbody,.incidents caption{display:block}.incidents thead{display:none}.incidents tr{display:flex;flex-wrap:wrap;gap:0 1rem;padding:.6rem 0;border-bottom:1px solid var(--line)}.incidents :is(th,td){border:0;padding:0}.incidents td:nth-child(n+3){flex-basis:100%}.incidents td:nth-child(3){font-weight:700}.incidents td:nth-child(4){overflow-wrap:break-word}}
@media print{*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;

/** Over every page: a band in the margin, a word across the sheet, and a band that stays on a screen. */
export const DRILL_STYLE = `
@page{margin-top:21mm;@top-center{content:"SIMULACRO · ensayo, no son resultados de la elección";font:700 11pt sans-serif;color:#1c1c22;background:#ffd23f;margin:6mm 0 5mm;border:1px solid #1c1c22}}
.simulacro{position:sticky;top:0;z-index:2;margin:0;padding:.6rem 1rem;text-align:center;color:#1c1c22;font-weight:600;background:repeating-linear-gradient(-45deg,#ffd23f 0 1.25rem,#ffdf75 1.25rem 2.5rem)}
.simulacro strong{letter-spacing:.08em;text-transform:uppercase}
.mark{position:fixed;inset:0;margin:0;display:flex;align-items:center;justify-content:center;font-size:6.5rem;font-weight:800;letter-spacing:.06em;color:#c4121f;opacity:.11;transform:rotate(-38deg);pointer-events:none;z-index:1}
@media print{.simulacro{position:static;border:1px solid;padding:1mm 3mm;margin-bottom:3mm}}
`;
