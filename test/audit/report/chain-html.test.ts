import test from 'ava';
import { auditChain } from '../../../src/audit/chain.ts';
import { chainHtml } from '../../../src/audit/report/chain-html.ts';
import { folderSource } from '../../../src/audit/source/folder.ts';
import { filesOf, goodChain, writeFiles } from '../../kit/broken-chains.ts';
import { makeCorte } from '../../kit/cortes.ts';
import { makeFolder } from '../../kit/folders.ts';

const good = goodChain();
const HOUR = '2018-07-02T02:00:00-05:00';

test('the page shows each corte, its key and its pause, and needs nothing from elsewhere', async (t) => {
  const files = filesOf(good);
  // A late corte, with a note that contains markup.
  const [, second] = good.trusts;
  const late = makeCorte({
    trust: second,
    previous: good.jornada[3],
    signer: 'relevo-1',
    takenAt: '2018-07-01T20:30:00-05:00',
    note: '<script>alert(1)</script> "&',
    files: { 'index.html': 'tarde' },
  });
  for (const [name, bytes] of Object.entries(late.files)) files.set(`jornada/000005/${name}`, bytes);
  const { chain } = await writeFiles(await makeFolder(t), files);
  const page = chainHtml(await auditChain(await folderSource(chain), good.trusts[0]), null, '<chain>', HOUR);
  t.is(page.match(/<title>Corte \d+ /g)?.length, 6);
  t.is(page.match(/class="key-label /g)?.length, 3);
  t.is(page.match(/class="gap"/g)?.length, 1);
  t.true(page.includes('la pausa más larga, 1 h'));
  t.true(page.includes('&#60;script&#62;alert(1)&#60;/script&#62; &#34;&#38;'));
  t.false(/<script|<link|<img|src=|href=|url\(|https?:/.test(page));
  t.true(page.includes("default-src 'none'; style-src 'sha256-"));
  t.false(/ style=/.test(page), 'which the policy would leave without effect');
});

test('the page names what is not authentic', async (t) => {
  const files = filesOf(good);
  files.set('jornada/000002/corte.json', Buffer.from('{}'));
  const { chain } = await writeFiles(await makeFolder(t), files);
  const page = chainHtml(await auditChain(await folderSource(chain), good.trusts[0]), null, chain, HOUR);
  t.true(page.includes('El corte 2 de jornada no es auténtico.'));
  t.true(page.includes('<code>signature-invalid</code>'));
});
