import { allExtensions } from 'dependency-cruiser';

// Without a parser for them the tool finds no module, and so no fault.
if (!allExtensions.some(({ extension, available }) => extension === '.ts' && available)) {
  throw new Error('dependency-cruiser can read no .ts file: it needs @swc/core, of a version that it knows');
}

/**
 * Who may import whom, checked by `npm run lint`. Types count too: whoever needs a type needs its room.
 *
 * The rooms of src/ stand on floors, told here from the bottom. A room may import from the floors below its own, never
 * from one above it or beside it, and no circle is allowed anywhere.
 */
const house = floorsOf('src', [
  'format',
  'verdict config',
  'disk',
  'chain',
  'service terminal html keys sello',
  'audit',
  'custodian difusor iec',
  'serve doctor memoria traer espejo lector',
  'page simulacro',
  'demo',
  'command',
  'cotejo.ts',
  'build',
]);

/** The same inside the rooms that are large enough to have rooms of their own. */
const difusor = floorsOf('src/difusor', [
  'words.ts',
  'state',
  'compressed',
  'public',
  'phase',
  'inbox',
  'care',
  'admission',
  'setup telling',
  'open.ts',
  'turn.ts',
  'guard.ts daemon.ts',
]);
const iec = floorsOf('src/iec', [
  'link',
  'setup',
  'pack',
  'record',
  'outside',
  'sellar',
  'delivery',
  'panel',
  'heal.ts push.ts packing.ts showing.ts hearing.ts chain-cut.ts after-close.ts relevo restore',
  'night.ts',
  'run.ts',
]);

/** In the doctor what was measured is judged, and never measured, by pure functions. */
const doctor = floorsOf('src/doctor', [
  'known.ts rules words.ts',
  'rules.ts',
  'rules-en.ts',
  'check.ts',
  'judge',
  'probe constancia text.ts',
]);

/** In a drill the table of faults, the gate and the judging are pure; those who make the faults stand above the undoing. */
const simulacro = [
  ...floorsOf('src/simulacro', [
    'faults.ts words.ts',
    'gate.ts judge.ts plan.ts forge.ts',
    'look',
    'undo',
    'run.ts',
    'node fleet',
    'report',
  ]),
  {
    name: 'simulacro: table, gate, plan and judging are pure',
    severity: 'error',
    from: { path: '^src/simulacro/(faults|words|gate|judge|plan|forge)[.]ts$' },
    to: { path: '^src/', pathNot: '^src/(format|verdict|config|simulacro)/' },
  },
];

/** In the memoria what was counted and what happened are told; only then is anything written. */
const memoria = floorsOf('src/memoria', [
  'figures.ts median.ts words.ts',
  'log',
  'count incident',
  'memoria.ts period.ts usual.ts',
  'told.ts result.ts table source',
  'document',
  'folder',
  'make.ts',
]);

/** In the audit the reports come last: what they print is the rest's. */
const audit = [
  only('src/audit/check', ['src/format', 'src/verdict']),
  {
    name: 'audit: source below the rest',
    severity: 'error',
    from: { path: '^src/audit/source/' },
    to: { path: '^src/audit/', pathNot: '^src/audit/(check|source)/' },
  },
  {
    name: 'audit: report above the rest',
    severity: 'error',
    from: { path: '^src/audit/', pathNot: '^src/audit/report/' },
    to: { path: '^src/audit/report/' },
  },
];

/** In the page the verdict comes first: what comes after it is not needed for it. */
const page = [
  {
    name: 'page: the check needs nothing of what comes after it',
    severity: 'error',
    from: {
      path: '^src/page/',
      pathNot: '^src/page/((main|report|afterwards|unchecked|words-..)[.]ts$|(recibos|constancia|steps|camera|lector/recibos)/)',
    },
    to: { path: '^src/page/(afterwards[.]ts$|(recibos|constancia|steps|camera)/)' },
  },
  {
    name: 'lector: what is verified and shown needs nothing of the receipts',
    severity: 'error',
    from: {
      path: '^src/page/lector/',
      pathNot: '^src/page/lector/((worker|worker-line|shell|wishes|details|words-..)[.]ts$|recibos/)',
    },
    to: { path: '^src/page/lector/recibos/' },
  },
];

/** Floors alone would allow more. */
const narrower = [
  only('src/disk', ['src/format']),
  only('src/html', ['src/format']),
  only('src/sello', ['src/format', 'src/disk']),
  only('src/serve', ['src/format', 'src/verdict', 'src/config', 'src/disk', 'src/chain', 'src/service', 'src/keys', 'src/difusor']),
  only('src/lector', ['src/format', 'src/verdict', 'src/config', 'src/disk']),
  only('src/doctor/judge', ['src/format', 'src/html', 'src/doctor']),
  only('src/page', ['src/format', 'src/verdict', 'src/html', 'src/audit/check']),
  only('src/build', ['src/disk', 'src/html']),
];

const everywhere = [
  {
    name: 'no circle',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'every import is found',
    comment: 'What is not resolved is not checked by any other rule.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'the product needs no test',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: '^(test|bench)/' },
  },
  {
    name: 'the product needs no development dependency',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/build/' },
    to: { dependencyTypes: ['npm-dev'] },
  },
];

export default {
  forbidden: [...house, ...difusor, ...iec, ...doctor, ...memoria, ...simulacro, ...audit, ...page, ...narrower, ...everywhere],
  options: {
    // TypeScript 7 has no parser that others can call.
    parser: 'swc',
    moduleSystems: ['es6'],
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'], conditionNames: ['node', 'import'], exportsFields: ['exports'] },
  },
};

/**
 * @param folder whose entries are told
 * @param floors from the bottom; the names on one floor are separated by spaces
 */
function floorsOf(folder, floors) {
  const rules = [];
  const all = floors.flatMap((floor) => floor.split(' '));
  floors.forEach((floor, i) => {
    for (const room of floor.split(' ')) {
      const notBelow = floors
        .slice(i)
        .flatMap((other) => other.split(' '))
        .filter((other) => other !== room);
      if (notBelow.length === 0) continue;
      rules.push({
        name: `${folder}: ${room} imports only from the floors below`,
        severity: 'error',
        from: { path: within(folder, [room]) },
        to: { path: within(folder, notBelow) },
      });
    }
  });
  const other = { path: `^${folder}/`, pathNot: within(folder, all) };
  const name = `${folder}: every room has a floor`;
  rules.push({ name, severity: 'error', from: other, to: {} }, { name, severity: 'error', from: {}, to: other });
  return rules;
}

function within(folder, entries) {
  return `^${folder}/(${entries.join('|')})(/|$)`;
}

/** A room that may import only from the given ones, of all that is in src. */
function only(room, allowed) {
  return {
    name: `${room} imports only from ${allowed.map((name) => name.replace('src/', '')).join(', ')}`,
    severity: 'error',
    from: { path: `^${room}/` },
    to: { path: '^src/', pathNot: `^(${[room, ...allowed].join('|')})/` },
  };
}
