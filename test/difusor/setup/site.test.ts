import { readFile } from 'node:fs/promises';
import test from 'ava';
import { isDomain, nginxSite, phasesToShow } from '../../../src/difusor/setup/site.ts';
import { makeTrust } from '../../kit/election.ts';

const shipped = await readFile('systemd/nginx/cotejo.conf', 'utf8');

test('the site has the names of the Difusor, in both servers', (t) => {
  const text = nginxSite(shipped, { domain: 'prep.vanguardia.mx', phase: 'oficial-2', drill: 'ensayo' });
  t.deepEqual(
    [...text.matchAll(/server_name (.*);/g)].map(([, name]) => name),
    ['prep.vanguardia.mx', 'simulacro.prep.vanguardia.mx'],
  );
  const roots = [...text.matchAll(/^ {4}root .*\/public\/(.*);$/gm)].map(([, name]) => name);
  t.deepEqual(roots, ['oficial-2', 'ensayo']);
  t.notRegex(text, /prep\.example/);
});

test('without a drill there is no second server', (t) => {
  const text = nginxSite(shipped, { domain: 'prep.vanguardia.mx', phase: 'jornada', drill: null });
  t.is(text.split('server_name').length, 2);
});

test('a site is made of nothing else than the shipped one, and of names alone', (t) => {
  const site = { domain: 'prep.vanguardia.mx', phase: 'jornada', drill: null };
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
