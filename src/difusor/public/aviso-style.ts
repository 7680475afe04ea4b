/** The look of the notice and of the page before the opening: like an institution's own pages, and legible on any device. */
export const PAGE_STYLE = `
:root{color-scheme:light;--ink:#1c1c22;--soft:#56565f;--line:#dcdce3;--brand:#6b1230;--wash:#faf6f7}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;color:var(--ink);background:#fff;
font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
header,main,footer{width:100%;padding-inline:max(1.25rem,calc(50vw - 21rem))}
header{border-top:.5rem solid var(--brand);padding-block:1.5rem 1.25rem;border-bottom:1px solid var(--line)}
header p{margin:0}
.institute{font-weight:600;color:var(--brand)}
.election{color:var(--soft)}
main{flex:1;padding-block:clamp(1.75rem,6vh,4rem) 2.5rem}
h1{margin:0 0 1.5rem;font-size:clamp(1.75rem,5.5vw,2.5rem);line-height:1.15;letter-spacing:-.015em;text-wrap:balance}
h2{margin:2.25rem 0 .75rem;font-size:1.1875rem;line-height:1.3}
.hour{margin:0 0 1.75rem;padding:1rem 1.25rem;background:var(--wash);border-left:.3125rem solid var(--brand);
font-size:clamp(1.1875rem,3.6vw,1.5rem);font-weight:650;line-height:1.35;font-variant-numeric:tabular-nums}
.hour span{display:block;font-size:.9375rem;font-weight:400;color:var(--soft)}
a{color:var(--brand)}
.difusores{list-style:none;margin:0;padding:0;display:grid;gap:.625rem;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr))}
.difusores a{display:block;padding:.75rem 1rem;border:1px solid var(--line);border-radius:.375rem;font-weight:600;
text-decoration:none;overflow-wrap:anywhere}
.difusores a:hover{border-color:var(--brand);text-decoration:underline}
details{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1rem}
summary{cursor:pointer;width:fit-content;padding:.25rem .375rem;margin-left:-.375rem;color:var(--brand);font-weight:600}
details h2{margin-top:1rem}
:focus-visible{outline:3px solid #1455c0;outline-offset:2px;border-radius:.25rem}
footer{padding-block:1.25rem 2rem;border-top:1px solid var(--line);color:var(--soft);font-size:.9375rem}
footer p{margin:0}
.simulacro{margin:0;padding:.875rem max(1.25rem,calc(50vw - 21rem));color:#1c1c22;font-weight:600;
background:repeating-linear-gradient(-45deg,#ffd23f 0 1.25rem,#ffdf75 1.25rem 2.5rem)}
.simulacro strong{display:block;font-size:1.5rem;line-height:1.2;letter-spacing:.08em;text-transform:uppercase}
.drill header{border-top:0}
@media print{.simulacro{border:2px solid}}
`;
