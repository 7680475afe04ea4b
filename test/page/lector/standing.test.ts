import test from 'ava';
import type { Trouble } from '../../../src/page/lector/messages.ts';
import { notesOf } from '../../../src/page/lector/notes.ts';
import { type Known, passOf, standingOf } from '../../../src/page/lector/standing.ts';
import { corteFacts, documento, estadoOf, NOW } from './fake-worker.ts';

const known: Known = { estado: estadoOf(), document: documento(corteFacts(37)), passed: new Set(), now: NOW };
const kindOf = (changes: Partial<Known>) => standingOf({ ...known, ...changes }).kind;
const newerOf = (changes: Partial<Known>) => {
  const standing = standingOf({ ...known, ...changes });
  return standing.kind === 'corte' ? (standing.newer?.number ?? null) : undefined;
};

test('nothing is called verified before the worker has said so of the very document', (t) => {
  t.is(kindOf({}), 'corte');
  t.is(kindOf({ document: 'asking' }), 'opening');
  t.is(kindOf({ document: null }), 'unverified');
  t.is(kindOf({ estado: null }), 'preparing');
  t.is(kindOf({ estado: null, document: null }), 'preparing');
});

test('what the browser ended is not opened by itself, and everything graver is told before', (t) => {
  t.is(kindOf({ isEnded: true }), 'ended');
  t.is(kindOf({ isEnded: true, document: 'asking' }), 'ended');
  t.is(kindOf({ isEnded: true, now: (estadoOf().avisoAt ?? 0) + 1 }), 'aviso');
});

test('a newer corte is offered, and so is another one of the same number, and another phase; never an older one', (t) => {
  t.is(newerOf({}), null);
  t.is(newerOf({ estado: estadoOf({ head: corteFacts(38) }) }), 38);
  t.is(newerOf({ estado: estadoOf({ head: corteFacts(36) }) }), null);
  t.is(newerOf({ estado: estadoOf({ head: corteFacts(37, { sha256: corteFacts(38).sha256 }) }) }), 37);
  t.is(newerOf({ estado: estadoOf({ head: corteFacts(1, { phase: 'computos' }) }) }), 1);
});

test('the aviso is due a moment after its hour, is gone past for that corte alone, and comes back with the next', (t) => {
  const due = estadoOf().avisoAt ?? 0;
  t.is(kindOf({ now: due }), 'corte', 'as the rule of the missed periods has it');
  const aviso = standingOf({ ...known, now: due + 1 });
  t.is(aviso.kind, 'aviso');
  const passed = new Set([passOf(aviso) ?? '']);
  t.like(standingOf({ ...known, now: due + 1, passed }), { kind: 'corte', isOld: true });
  const later = estadoOf({ head: corteFacts(38), shows: 'aviso' });
  t.is(kindOf({ estado: later, passed }), 'aviso');
  t.is(kindOf({ estado: estadoOf({ avisoAt: null }), now: due * 2 }), 'corte', 'after the final corte');
});

test('where nobody answers, no aviso is told of cortes that nobody could have brought', (t) => {
  const mirrors = estadoOf().mirrors.map((mirror) => ({ ...mirror, state: 'calla' as const }));
  const nothing = { head: null, seen: null, shows: 'aviso' as const };
  t.like(standingOf({ ...known, estado: estadoOf({ ...nothing, mirrors }) }), { kind: 'nothing', isSilent: true });
  const empty = mirrors.map((mirror, i) => (i === 0 ? { ...mirror, state: 'responde' as const, number: null } : mirror));
  t.like(standingOf({ ...known, estado: estadoOf({ ...nothing, mirrors: empty }) }), { kind: 'aviso', last: null });
  t.is(kindOf({ estado: estadoOf(nothing) }), 'searching', 'one says that it has a corte, which is not verified yet');
});

test('what was revoked is taken away, unless the number was signed anew', (t) => {
  const troubles: readonly Trouble[] = [{ kind: 'revocado', number: 37, sha256: corteFacts(37).sha256, version: 3 }];
  const signedAnew = corteFacts(37, { sha256: corteFacts(39).sha256 });
  t.is(kindOf({ estado: estadoOf({ troubles, head: corteFacts(36) }) }), 'revoked');
  t.is(kindOf({ estado: estadoOf({ troubles, head: signedAnew }), document: documento(signedAnew) }), 'corte');
  const next = estadoOf({ troubles, head: corteFacts(38) });
  t.is(kindOf({ estado: next, document: documento(signedAnew) }), 'corte', 'as long as it is in the frame');
  const standing = standingOf({ ...known, estado: estadoOf({ troubles, head: signedAnew }) });
  t.is(standing.kind, 'revoked');
});

test('the gravest is noted first, each once, and what concerns another corte not at all', (t) => {
  const troubles: readonly Trouble[] = [
    { kind: 'no-guarda' },
    { kind: 'archivo', number: 36, path: 'otro.png' },
    { kind: 'archivo', number: 37, path: 'a.png' },
    { kind: 'archivo', number: 37, path: 'b.png' },
    { kind: 'rechazado', mirror: 'El Siglo', code: 'fork' },
    { kind: 'mas-viejo', number: 35, seen: 37 },
  ];
  const mirrors = estadoOf().mirrors.map((mirror, i) => (i === 2 ? { ...mirror, state: 'entrego-otra-cosa' as const } : mirror));
  const estado = estadoOf({ troubles, mirrors });
  const notes = notesOf(estado, standingOf({ ...known, estado }), { isOnline: false, unanswered: 'save', contrary: 2 });
  t.deepEqual(
    notes.map(({ kind }) => kind),
    ['unanswered', 'contrary', 'offline', 'older', 'files', 'altered', 'unkept'],
  );
  t.like(notes[4], { paths: ['a.png', 'b.png'] });
});
