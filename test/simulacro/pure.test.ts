import test from 'ava';
import { UsageError } from '../../src/config/usage-error.ts';
import type { NodeTarget } from '../../src/iec/setup/config.ts';
import { FAULTS, FLEET_FAULTS, NODE_FAULTS } from '../../src/simulacro/faults.ts';
import { fleetTimes } from '../../src/simulacro/fleet/script.ts';
import { altered, byAStranger, renamed, repeated } from '../../src/simulacro/forge.ts';
import { barred, MARGIN_HOURS } from '../../src/simulacro/gate.ts';
import { noticeSight, outcomeOf, verdictOf } from '../../src/simulacro/judge.ts';
import { sightsOf } from '../../src/simulacro/node/page.ts';
import { nodeTimes } from '../../src/simulacro/node/script.ts';
import { chosenOf, longestOf, plannedOf, type Timed, timed } from '../../src/simulacro/plan.ts';
import { checkSigned } from '../../src/verdict/corte.ts';
import { startFrom } from '../../src/verdict/trust-chain.ts';
import { makeCorte, publicationOf } from '../kit/cortes.ts';
import { at, makeTrust, NOW, signTrust } from '../kit/election.ts';
import { refuses } from '../kit/refuses.ts';

const HOUR = 3_600_000;
const phases = makeTrust().phases;
const drill = phases[0]!;
const official = phases[1]!;

/** Of a drill that is open, and an official phase with these hours from now. */
function gate(opens: number, closes: number, shown: 'corte' | 'aviso' | 'espera' | null = null, needed = 0) {
  const jornada = { ...official, opens_at: at(NOW + opens * HOUR), closes_at: at(NOW + closes * HOUR) };
  return (
    barred(
      [
        { rules: drill, shown: 'corte' },
        { rules: jornada, shown },
      ],
      'simulacro-1',
      NOW,
      needed,
    )?.code ?? null
  );
}

test('the gate: an official phase that is open, near or shown bars every drill', (t) => {
  t.is(gate(48, 72), null);
  t.is(gate(48, 72, 'espera'), null, 'a wait is not a publication');
  t.is(gate(-1, 1), 'official-open');
  t.is(gate(MARGIN_HOURS, 72), null, 'at the margin');
  t.is(gate(MARGIN_HOURS - 0.01, 72), 'official-soon');
  t.is(gate(MARGIN_HOURS, 72, null, 60), 'official-soon', 'what the drill may take counts too');
  t.is(gate(-72, -48), null, 'one that is over and shown no more');
  t.is(gate(-72, -48, 'corte'), 'official-shown');
  t.is(gate(-72, -48, 'aviso'), 'official-shown');
});

test('the gate: only a phase of kind simulacro, while it is open', (t) => {
  const own = [{ rules: drill, shown: null }];
  const code = (name: string, now: number, of = own) => barred(of, name, now)?.code ?? null;
  t.is(code('simulacro-1', NOW), null);
  t.is(code('simulacro-2', NOW), 'no-phase');
  t.is(code('simulacro-1', Date.parse(drill.opens_at) - 1), 'outside-hours');
  t.is(code('simulacro-1', Date.parse(drill.closes_at) + 1), 'outside-hours');
  const named = [{ rules: { ...drill, kind: 'oficial' as const }, shown: null }];
  t.is(code('simulacro-1', NOW, named), 'official-phase', 'the trust says what it is, not its name');
});

test('the table: every fault has all its sentences, and a bound', (t) => {
  t.deepEqual(Object.keys(FAULTS), [...NODE_FAULTS, ...FLEET_FAULTS]);
  for (const id of [...NODE_FAULTS, ...FLEET_FAULTS]) {
    const fault = FAULTS[id];
    t.is(fault.id, id);
    t.true(fault.within(drill) > 0 && fault.within(drill) <= 3600, id);
    for (const text of [fault.title, fault.done, fault.expected, fault.undone]) t.regex(text, /^[A-ZÁÉÍÓÚ].{8,140}[^.]$/);
  }
});

test('the plan: in the order of the table, and names that no fault has are told', (t) => {
  t.deepEqual(chosenOf(NODE_FAULTS, 'pagina-alterada, firma-alterada'), ['firma-alterada', 'pagina-alterada']);
  t.deepEqual(chosenOf(NODE_FAULTS, undefined), NODE_FAULTS);
  const error = t.throws(() => chosenOf(NODE_FAULTS, 'firma-altrada'), { instanceOf: UsageError });
  t.regex(String(error.hint), /firma-alterada/);
  t.throws(() => chosenOf(NODE_FAULTS, ''), { instanceOf: UsageError });
  t.is(plannedOf(timed('enlace-cortado', drill), null).within_seconds, 3 * 600 + 120 + 30);
});

test('the time that a drill needs: each delivery once for every node, the silence once for all of them', (t) => {
  const needed = (acts: readonly Timed[]) => longestOf(acts, drill);
  t.is(needed([timed('firma-alterada', drill)]), 60 + 120);
  t.is(needed([timed('enlace-cortado', drill)]), 3 * 600 + 120 + 30 + (2 * 600 + 120) + 120, 'what comes back counts too');
  t.is(needed([timed('pagina-alterada', drill)]), 3 * 600 + 120, 'it is tried three times');
  const nodes = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ difusor: 'vanguardia', node: `web${i}` }) as NodeTarget);
  const one = needed(fleetTimes(['flota-firma-alterada'], drill, nodes(1)));
  const silence = needed(fleetTimes(['flota-silencio'], drill, nodes(1)));
  t.is(silence, 3 * 600 + 120 + 60 + (2 * 600 + 120) + 120);
  t.is(needed(fleetTimes(['flota-firma-alterada', 'flota-silencio'], drill, nodes(50))), 50 * one + silence);
});

test('a stolen key: custodians have an hour to meet, and what they prepared is applied within a minute', (t) => {
  t.deepEqual(nodeTimes(['llave-robada'], drill, null), [{ id: 'llave-robada', within_seconds: 3600 }]);
  t.deepEqual(nodeTimes(['llave-robada'], drill, '/root/trust-2'), [{ id: 'llave-robada', within_seconds: 60 }]);
});

test('the verdict: all was seen and all is undone, or it is another', (t) => {
  const seen = (met: boolean) => ({ what: 'algo', met, after: 1 });
  t.is(verdictOf([seen(true)], null), 'como-se-esperaba');
  t.is(verdictOf([seen(true), seen(false)], null), 'distinto');
  t.is(verdictOf([], null), 'distinto', 'what nobody saw proves nothing');
  t.is(verdictOf([seen(true)], { ok: false, seconds: 1, detail: 'x' }), 'distinto');
});

test('the outcome: not made is no success', (t) => {
  const of = (...verdicts: ('como-se-esperaba' | 'distinto' | 'no-se-hizo')[]) =>
    verdicts.map((verdict, i) => ({ id: NODE_FAULTS[i]!, verdict }));
  t.is(outcomeOf(of('como-se-esperaba', 'no-se-hizo'), null, true), 'done');
  t.is(outcomeOf(of('como-se-esperaba', 'no-se-hizo'), NODE_FAULTS.slice(0, 2), true), 'unknown', 'it was asked for by name');
  t.is(outcomeOf(of('no-se-hizo', 'no-se-hizo'), null, true), 'unknown');
  t.is(outcomeOf([], null, true), 'unknown');
  t.is(outcomeOf(of('como-se-esperaba'), null, false), 'unknown', 'cut short');
  t.is(outcomeOf(of('como-se-esperaba', 'distinto'), null, false), 'refused');
});

test('a notice: neither before it is due nor long after', (t) => {
  const met = (seen: number | null) => noticeSight(100, seen, 40, 30).met;
  t.true(met(100));
  t.true(met(99));
  t.false(met(97), 'readers lost a corte that was still good');
  t.true(met(130));
  t.false(met(131));
  t.false(met(null));
  t.is(noticeSight(100, 105, 40, 30).after, 65);
});

test('the forgeries are refused for what is wrong with them, and for nothing else', (t) => {
  const trust = signTrust(makeTrust());
  const corte = makeCorte({ trust, phase: 'simulacro-1', files: publicationOf(1) });
  const original = { statement: corte.statement, files: corte.files };
  const held = startFrom(trust);
  const check = (forge: typeof altered) => {
    const { name, files } = forge(original);
    const number = Number(name.slice(-6));
    t.true(name.startsWith('simulacro-1-'));
    return () => checkSigned(files['corte.json']!, files['corte.json.sig']!, held, { phase: 'simulacro-1', number });
  };
  refuses(t, 'signer-unknown', check(byAStranger));
  refuses(t, 'signature-invalid', check(altered));
  refuses(t, 'statement-malformed', check(renamed));
  t.notThrows(check(repeated));
});

test('the notice of a fleet is what a node says, and is told as that', (t) => {
  t.regex(noticeSight(100, 100, 40, 30, 'el nodo dice que muestra el aviso').what, /^el nodo dice/);
});

test('nobody is told to have seen the altered page who saw the notice, or nothing, before the signed one', (t) => {
  const told = (shows: 'corte' | 'aviso' | 'nada', isRightly: boolean, number: number | null, back: number | null) =>
    sightsOf({ shows, isRightly, number }, { number: back });
  t.regex(told('corte', false, null, 3), /alterada.*firmada/);
  t.regex(told('corte', false, null, null), /alterada.*aviso/);
  for (const one of [told('aviso', true, null, 3), told('aviso', false, null, 3), told('nada', false, null, 3)]) {
    t.notRegex(one, /alterada/);
    t.regex(one, /firmada/);
  }
  t.regex(told('aviso', true, null, 3), /tocaba/);
  t.notRegex(told('aviso', true, null, null), /alterada|firmada/);
  t.notRegex(told('corte', true, 3, 3), /alterada|aviso/);
});
