import test from 'ava';
import { UsageError } from '../../../src/config/usage-error.ts';
import { parseIecConfig } from '../../../src/iec/setup/config.ts';
import { onDuty, stageOf } from '../../../src/iec/setup/contacts.ts';

const NODE = `[[difusor.node]]
name = "web1"
host = "192.0.2.10"
user = "iec"
host_key = "SHA256:${'A'.repeat(43)}"
acuse_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDqUjkqmMRr6dvHVQLFvtVmWHBqLQZBTBKmCzNQ9nnXM"
inbox = "inbox"
outbox = "outbox"
`;

function parsed(contact: string) {
  const head = 'chain = "c"\nsource = "s"\nphase = "jornada"\nkey = "k"\nssh_key = "i"\npanel = "p"\n';
  const difusor = `[[difusor]]\nname = "vanguardia"\ntitle = "Vanguardia"\nurl = "https://prep.example/"\n`;
  return parseIecConfig(`${head}${difusor}[[difusor.contacts]]\n${contact}\n${NODE}`, 'IEC.toml').difusor[0]!.contacts!;
}

const WHO = 'name = "Guadalupe Peña"\npost = "guardia"\nphone = "844 123 4567"\n';

test('a contact has a name, a post and a telephone; stages and hours are of their form, and what is wrong is told by its line', (t) => {
  t.deepEqual(parsed(`${WHO}stages = ["jornada"]\nhours = "18:00-08:00"`), [
    { name: 'Guadalupe Peña', post: 'guardia', phone: '844 123 4567', stages: ['jornada'], hours: '18:00-08:00' },
  ]);
  const wrong: readonly (readonly [string, RegExp])[] = [
    [WHO.replace('name', 'nombre'), /nombre/],
    [WHO.replace('844 123 4567', 'por radio'), /telephone number/],
    [WHO.replace(/post.*\n/, ''), /post/],
    [`${WHO}hours = "18-08"`, /18:00-08:00/],
    [`${WHO}hours = "18:00-18:00"`, /two different hours/],
    [`${WHO}hours = "24:00-08:00"`, /18:00-08:00/],
    [`${WHO}stages = ["eleccion"]`, /"jornada"/],
    [`${WHO}stages = []`, /at least one/],
    [`${WHO}stages = ["jornada", "jornada"]`, /twice/],
  ];
  for (const [text, words] of wrong) {
    const error = t.throws(() => parsed(text), { instanceOf: UsageError, message: words }, text);
    t.regex(error?.message ?? '', /^IEC\.toml:\d+/);
  }
});

const OFFSET = -300;
const at = (clock: string) => Date.parse(`2018-07-01T${clock}:00-05:00`);
const person = (name: string, hours?: string, stages?: ('pruebas' | 'simulacros' | 'jornada')[]) => ({
  name,
  post: 'guardia',
  phone: '844 123 4567',
  ...(hours !== undefined && { hours }),
  ...(stages !== undefined && { stages }),
});
const names = (on: ReturnType<typeof onDuty>) => on.map(({ contact, isOn }) => `${contact.name}${isOn ? '' : ' off'}`);

test('who is on duty, by stage and hour, over midnight too', (t) => {
  const all = [person('noche', '18:00-08:00'), person('día', '08:00-18:00'), person('ensayos', undefined, ['simulacros'])];
  t.deepEqual(names(onDuty(all, 'jornada', at('18:00'), OFFSET)), ['noche']);
  t.deepEqual(names(onDuty(all, 'jornada', at('02:30'), OFFSET)), ['noche']);
  t.deepEqual(names(onDuty(all, 'jornada', at('08:00'), OFFSET)), ['día']);
  t.deepEqual(names(onDuty(all, 'simulacros', at('17:59'), OFFSET)), ['día', 'ensayos']);
});

test('where nobody is on duty, somebody is shown all the same, and told as that', (t) => {
  const day = [person('día', '08:00-18:00', ['jornada'])];
  t.deepEqual(names(onDuty(day, 'jornada', at('20:00'), OFFSET)), ['día off']);
  t.deepEqual(names(onDuty(day, 'pruebas', at('10:00'), OFFSET)), ['día off']);
});

test('the stage is the phase’s, and tests while it is far', (t) => {
  const opens = at('20:00');
  t.is(stageOf({ kind: 'oficial' }, opens, opens - 25 * 3_600_000), 'pruebas');
  t.is(stageOf({ kind: 'oficial' }, opens, opens - 23 * 3_600_000), 'jornada');
  t.is(stageOf({ kind: 'simulacro' }, opens, opens + 1), 'simulacros');
});
