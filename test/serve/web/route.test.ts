import test from 'ava';
import { instantOf } from '../../../src/format/time.ts';
import { oficialNow, routeOf } from '../../../src/serve/web/route.ts';
import { at, makeTrust, NOW } from '../../kit/election.ts';

const { phases } = makeTrust();

test('the oficial phase is at the root and under its name, a simulacro only under its name', (t) => {
  t.deepEqual(routeOf('/', phases, NOW), { kind: 'public', phase: 'jornada', segments: [''] });
  t.deepEqual(routeOf('/a/b.csv?x=1', phases, NOW), { kind: 'public', phase: 'jornada', segments: ['a', 'b.csv'] });
  t.deepEqual(routeOf('/jornada/a', phases, NOW), { kind: 'public', phase: 'jornada', segments: ['a'] });
  t.deepEqual(routeOf('/simulacro-1/', phases, NOW), { kind: 'public', phase: 'simulacro-1', segments: [''] });
  t.deepEqual(routeOf('/simulacro-1', phases, NOW), { kind: 'moved', to: 'simulacro-1/' });
  const drills = phases.filter(({ kind }) => kind === 'simulacro');
  t.deepEqual(routeOf('/', drills, NOW), { kind: 'no-oficial' });
});

test('of two oficial phases the root shows the one that opened last, before any the first to open', (t) => {
  const [, jornada] = phases;
  const later = { ...jornada!, name: 'computos', opens_at: at(NOW + 3_600_000) };
  t.is(oficialNow([later, jornada!], NOW)?.name, 'jornada');
  t.is(oficialNow([later, jornada!], NOW + 7_200_000)?.name, 'computos');
  t.is(oficialNow([later, jornada!], instantOf(jornada!.opens_at) - 1)?.name, 'jornada');
});

test('chain, acuses, status and health stand beside the publication', (t) => {
  t.deepEqual(routeOf('/chain/index.json', phases, NOW), { kind: 'chain', segments: ['index.json'] });
  t.deepEqual(routeOf('/acuses/jornada/000001.json', phases, NOW), { kind: 'acuses', segments: ['jornada', '000001.json'] });
  t.deepEqual(routeOf('/status.json', phases, NOW), { kind: 'status' });
  t.deepEqual(routeOf('/health', phases, NOW), { kind: 'health' });
  t.deepEqual(routeOf('/cotejo.html?x', phases, NOW), { kind: 'page' });
});

test('an address that two programs could read in two ways is malformed', (t) => {
  const hostile = [
    '',
    'a',
    '*',
    'http://x/',
    '//evil.example/',
    '/a//b',
    '/../x',
    '/a/%2e%2e/b',
    '/%2fetc',
    '/a%5cb',
    '/%00',
    '/%zz',
    '/a%0ab',
    '/.',
  ];
  for (const url of hostile) t.deepEqual(routeOf(url, phases, NOW), { kind: 'malformed' }, url);
  t.deepEqual(routeOf('/actas/0000%20b%C3%A1sica.jpg', phases, NOW), {
    kind: 'public',
    phase: 'jornada',
    segments: ['actas', '0000 básica.jpg'],
  });
});
