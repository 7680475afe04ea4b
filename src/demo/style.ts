/** The look of the demo's publication. */
export const STYLE = `:root{color-scheme:light;--ink:#1d1d24;--line:#dcdce4;--brand:#6b1230}
*{box-sizing:border-box}
body{margin:0;font:1rem/1.55 system-ui,"Segoe UI",Roboto,sans-serif;color:var(--ink);background:#fff}
header{background:var(--brand);color:#fff;padding:1.2rem clamp(1rem,4vw,3rem)}
.prep{margin:0;font-size:.85rem;opacity:.9}
h1{margin:.2rem 0 .4rem;font-size:clamp(1.4rem,4vw,2.1rem);line-height:1.2}
.corte{margin:0;font-weight:600}
main{padding:1rem clamp(1rem,4vw,3rem) 3rem;max-width:70rem}
.measure strong{font-size:1.8rem;margin-right:.3rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:700;padding:.5rem 0}
th,td{padding:.4rem .7rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th[scope=row],th:first-child{text-align:left}
thead th{font-size:.85rem;color:#55555f}
.first{font-weight:700;background:#f7eef1}
a{color:var(--brand)}
ul{list-style:none;padding:0}
.bars li{display:grid;grid-template-columns:9rem 1fr 4.5rem 4rem;gap:.7rem;align-items:center;padding:.2rem 0}
meter{width:100%;height:1.1rem}
.actas{display:flex;flex-wrap:wrap;gap:1rem}
.actas a{display:grid;gap:.3rem;font-size:.8rem;text-decoration:none}
.actas img{border:1px solid var(--line)}
.bars i{font-style:normal;color:#55555f;text-align:right}
@media(max-width:34rem){.bars li{grid-template-columns:6.5rem 1fr 2.6rem 3.6rem;font-size:.875rem;gap:.4rem}}
`;
