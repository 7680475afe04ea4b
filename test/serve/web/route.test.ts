import test from 'ava';
import { instantOf } from '../../../src/format/time.ts';
import { oficialNow, routeOf as route } from '../../../src/serve/web/route.ts';
import { at, makeTrust, NOW } from '../../kit/election.ts';

const { phases } = makeTrust();

const routeOf = (target: string) => route(target, phases, NOW);
const shows = (phase: string, above: string[], segments: string[]) => ({ kind: 'public', phase, above, segments });

test('the oficial phase is at the root and among the phases, a simulacro only there', (t) => {
  t.deepEqual(routeOf('/'), shows('jornada', [], ['']));
  t.deepEqual(routeOf('/a/b.csv?x=1'), shows('jornada', [], ['a', 'b.csv']));
  t.deepEqual(routeOf('/jornada/a'), shows('jornada', [], ['jornada', 'a']));
  t.deepEqual(routeOf('/cotejo/fases/jornada/a'), shows('jornada', ['cotejo', 'fases', 'jornada'], ['a']));
  t.deepEqual(routeOf('/cotejo/fases/simulacro-1/'), shows('simulacro-1', ['cotejo', 'fases', 'simulacro-1'], ['']));
  t.deepEqual(routeOf('/cotejo/fases/simulacro-1'), { kind: 'moved', to: '/cotejo/fases/simulacro-1/' });
  const drills = phases.filter(({ kind }) => kind === 'simulacro');
  t.deepEqual(route('/', drills, NOW), { kind: 'no-oficial' });
});

test('of two oficial phases the root shows the one that opened last, before any the first to open', (t) => {
  const [, jornada] = phases;
  const later = { ...jornada!, name: 'computos', opens_at: at(NOW + 3_600_000) };
  t.is(oficialNow([later, jornada!], NOW)?.name, 'jornada');
  t.is(oficialNow([later, jornada!], NOW + 7_200_000)?.name, 'computos');
  t.is(oficialNow([later, jornada!], instantOf(jornada!.opens_at) - 1)?.name, 'jornada');
});

test('everything that belongs to the site is under one reserved name', (t) => {
  t.deepEqual(routeOf('/cotejo/chain/index.json'), { kind: 'chain', segments: ['index.json'] });
  t.deepEqual(routeOf('/cotejo/acuses/jornada/000001.json'), { kind: 'acuses', segments: ['jornada', '000001.json'] });
  t.deepEqual(routeOf('/cotejo/status.json'), { kind: 'status' });
  t.deepEqual(routeOf('/cotejo/health'), { kind: 'health' });
  t.deepEqual(routeOf('/cotejo/?x'), { kind: 'page' });
  for (const file of ['marco.html', 'marco.js', 'insignia.html'])
    t.deepEqual(routeOf(`/cotejo/${file}?fase=simulacro-1`), { kind: 'marco', file });
  for (const old of ['/cotejo.html?x', '/cotejo']) t.deepEqual(routeOf(old), { kind: 'moved', to: '/cotejo/' }, old);
  for (const none of ['/cotejo/x', '/cotejo/health/', '/cotejo/marco.html/', '/cotejo/fases/', '/cotejo/fases/x/', '/cotejo/chain'])
    t.deepEqual(routeOf(none), { kind: 'nothing' }, none);
  // Names that earlier belonged to the site belong to the publication now.
  for (const free of ['/chain/index.json', '/health', '/status.json', '/acuses/']) t.is(routeOf(free).kind, 'public', free);
});

test('an address is read as nginx reads it', (t) => {
  for (const wrong of ['', 'a', '*', '/../x', '/a/%2e%2e/../x', '/%00', '/%zz', '/%2', 'x:/y', 'http:///x', 'http://user@x/'])
    t.deepEqual(routeOf(wrong), { kind: 'malformed' }, wrong);
  const same: [string, string[]][] = [
    ['http://x', ['']],
    ['HTTP://x:80/a?b', ['a']],
    ['http://x?a', ['']],
    ['//evil.example/', ['evil.example', '']],
    ['/a//b', ['a', 'b']],
    ['/a/./b/.', ['a', 'b', '']],
    ['/a/b/..', ['a', '']],
    ['/a/%2e%2E/%2fb#c', ['b']],
    ['/a%5cb', ['a\\b']],
    ['/a+b%20c', ['a+b c']],
    ['/%2561', ['%61']],
    ['/%ff', ['\ufffd']],
    ['/b%C3%A1sica.jpg', ['básica.jpg']],
    [Buffer.from('/básica.jpg').toString('latin1'), ['básica.jpg']],
  ];
  for (const [target, segments] of same) t.deepEqual(routeOf(target), shows('jornada', [], segments), target);
});
