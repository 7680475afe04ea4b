/** The report's style: letter paper, no colour that a copy in black and white would lose. */
export const STYLE = `
@page { size: letter; margin: 16mm 18mm 18mm }
* { box-sizing: border-box }
body { font: 10pt/1.42 'Liberation Sans', Arial, 'DejaVu Sans', sans-serif; font-size-adjust: .51; color: #161616; max-width: 178mm; margin: 0 auto }
@media screen { body { padding: 12mm 6mm } }
p { margin: 2mm 0 }
code { font-family: 'Liberation Mono', 'DejaVu Sans Mono', Consolas, monospace; font-size: .93em; overflow-wrap: anywhere }
header { border-bottom: 2px solid #161616; padding-bottom: 2.5mm }
header p { margin: 0 }
.over { color: #444; font-size: .92em }
h1 { font-size: 2.1em; line-height: 1.15; margin: 1mm 0 }
.who { font-size: 1.12em }
h2 { font-size: 1.25em; margin: 7mm 0 2mm; break-after: avoid }
.sum { display: flex; gap: 4mm; list-style: none; margin: 5mm 0 3mm; padding: 0 }
.sum li { flex: 1; border: 1px solid #bbb; border-radius: 1.5mm; padding: 2.5mm 4mm }
.sum b { display: block; font-size: 2.2em; line-height: 1.1 }
.sum .como-se-esperaba { border-color: #1d6b3a; background: #eef7f0 }
.sum .distinto { border-color: #a11; background: #fdf0ee }
.says { font-size: 1.05em }
table { width: 100%; border-collapse: collapse }
th { text-align: left; font-weight: normal; color: #444; font-size: .92em }
td, th { border-bottom: .5px solid #aaa; padding: 1.1mm 3mm 1.1mm 0; vertical-align: top }
.n { width: 7mm; color: #555 }
.h { width: 19mm; font-variant-numeric: tabular-nums }
.s { width: 24mm; white-space: nowrap }
td.v, th.v { width: 40mm; white-space: nowrap; padding-right: 0 }
.como-se-esperaba .v { color: #1d6b3a }
.distinto .v { color: #a11; font-weight: bold }
.no-se-hizo .v { color: #555; font-style: italic }
tr.distinto td { font-weight: bold }
.node { color: #444; font-weight: normal }
.alarm { border: 1.5px solid #a11; padding: 2mm 4mm }
.hands { display: flex; gap: 12mm; margin-top: 17mm; break-inside: avoid }
.hands div { flex: 1; text-align: center; font-size: .92em }
.hands span { display: block; border-bottom: 1px solid #161616; margin-bottom: 1mm }
.records { break-before: page; margin-top: 0 }
article { border-left: 3px solid #aaa; padding: .5mm 0 .5mm 4mm; margin: 0 0 4.2mm; break-inside: avoid }
article.como-se-esperaba { border-color: #1d6b3a }
article.distinto { border-color: #a11 }
h3 { font-size: 1.08em; margin: 0 0 1.2mm; padding-right: 42mm; position: relative }
h3 .n { font-weight: normal }
h3 .v { position: absolute; right: 0; top: 0; font-weight: normal; font-size: .93em }
.distinto h3 .v { font-weight: bold }
dl { display: grid; grid-template-columns: 28mm 1fr; gap: .6mm 0; margin: 0 }
dt { color: #555 }
dd { margin: 0 }
.seen { list-style: none; margin: 0; padding: 0 }
.seen li { padding-left: 5mm; text-indent: -5mm }
.mark { display: inline-block; width: 5mm; text-indent: 0 }
.met .mark { color: #1d6b3a }
.unmet { color: #a11; font-weight: bold }
.after { color: #444; white-space: nowrap }
.unmet .after { color: inherit }
.reason { margin: 0 }
.id { color: #777; font: .82em 'Liberation Mono', 'DejaVu Sans Mono', monospace; margin-left: 1.5mm }
dt + dd > .id:first-child { margin-left: 0 }
.none b { color: #777 }
footer { margin-top: 6mm; border-top: .5px solid #aaa; padding-top: 2mm; font-size: .86em; color: #444; break-inside: avoid }
tr { break-inside: avoid }
@media print { body { max-width: none } }
`;
