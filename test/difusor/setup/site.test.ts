import { readFile } from 'node:fs/promises';
import test from 'ava';
import { isDomain, nginxSite, phasesToShow } from '../../../src/difusor/setup/site.ts';
import { makeTrust } from '../../kit/election.ts';

const shipped = await readFile('systemd/nginx/cotejo.conf', 'utf8');

test('the site has the names of the Difusor, in both servers', (t) => {
  const text = nginxSite(shipped, { domain: 'prep.vanguardia.mx', phase: 'oficial-2', drill: 'ensayo', portals: [] });
  t.deepEqual(
    [...text.matchAll(/server_name (.*);/g)].map(([, name]) => name),
    ['prep.vanguardia.mx', 'simulacro.prep.vanguardia.mx'],
  );
  const roots = [...text.matchAll(/^ {4}root .*\/public\/(.*);$/gm)].map(([, name]) => name);
  t.deepEqual(roots, ['oficial-2', 'ensayo']);
  t.true(text.includes('(trust/[^/]+|ensayo/'.slice(1)), 'of the chain only its own');
  t.notRegex(text, /simulacro-1/);
  t.notRegex(text, /prep\.example/);
});

test('the portals are the ones that may have the site in a frame, and nothing else can be one', (t) => {
  const site = { domain: 'prep.vanguardia.mx', phase: 'jornada', drill: 'ensayo' };
  const portals = ['https://www.vanguardia.example', 'https://*.vanguardia.example'];
  const text = nginxSite(shipped, { ...site, portals });
  t.regex(
    text,
    /map \$host \$cotejo_portals \{\n {4}default "https:\/\/www\.vanguardia\.example https:\/\/\*\.vanguardia\.example";/,
  );
  t.is(
    nginxSite(shipped, { ...site, portals: [] }).match(/\n {4}default "";/g)?.length,
    shipped.match(/\n {4}default "";/g)?.length,
  );
  for (const wrong of ['https://a.mx"; }', 'https://a.mx;', "'none'", 'https://$host']) {
    t.throws(() => nginxSite(shipped, { ...site, portals: [wrong] }), undefined, wrong);
  }
  t.throws(() =>
    nginxSite(shipped.replace('default "";\n}\nmap $cotejo_portals', 'default "https://x.mx";\n}\nmap $cotejo_portals'), {
      ...site,
      portals,
    }),
  );
});

test('without a drill there is no second server', (t) => {
  const text = nginxSite(shipped, { domain: 'prep.vanguardia.mx', phase: 'jornada', drill: null, portals: [] });
  t.is(text.split('server_name').length, 2);
});

test('a site is made of nothing else than the shipped one, and of names alone', (t) => {
  const site = { domain: 'prep.vanguardia.mx', phase: 'jornada', drill: null, portals: [] };
  t.throws(() => nginxSite(shipped.replace('/public/jornada;', '/public/otra;'), site));
  for (const domain of [
    'a;b',
    'prep.example.mx; include /etc/passwd',
    '',
    'localhost',
    'Prep.mx',
    '-a.mx',
    'a..mx',
    `${'a'.repeat(64)}.mx`,
  ]) {
    t.false(isDomain(domain), domain);
    t.throws(() => nginxSite(shipped, { ...site, domain }));
  }
  t.throws(() => nginxSite(shipped, { ...site, phase: '../jornada' }));
  t.true(isDomain('prep.vanguardia.com.mx'));
});

test('official phases can be a site, and the last drill is the one beside it', (t) => {
  const trust = makeTrust();
  const drill = trust.phases.find(({ kind }) => kind === 'simulacro');
  t.truthy(drill);
  const shown = phasesToShow({ ...trust, phases: [...trust.phases, { ...drill!, name: 'simulacro-9' }] });
  t.is(shown.drills[0], 'simulacro-9');
  t.deepEqual(shown.official, ['jornada']);
});
