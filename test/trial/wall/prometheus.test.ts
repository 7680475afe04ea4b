import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { newMetrics } from '../../../src/difusor/telling/metrics.ts';
import { statusOf } from '../../../src/difusor/telling/status.ts';
import { said } from '../../../src/format/said.ts';
import { metricsText } from '../../../src/traer/telling.ts';
import { makeCorte, writeDelivery } from '../../kit/cortes.ts';
import { makeTrust, signTrust } from '../../kit/election.ts';
import { makeFolder } from '../../kit/folders.ts';
import { makeNode } from '../../kit/node.ts';
import { repository } from '../../kit/programs.ts';
import { requires } from '../../kit/requires.ts';

/** The alerts and the dashboard, held to the metrics that a node writes. */

const shipped = (name: string) => join(repository(), 'systemd', name);
const run = promisify(execFile);

/** What Prometheus and node_exporter add. */
const FROM_OTHERS = new Set(['node_textfile_mtime_seconds']);
const LABELS_FROM_OTHERS = ['instance', 'file', 'sitio'];

/** Names of metrics, each with its labels, as a node with a corte writes them. */
async function written(t: ExecutionContext): Promise<Map<string, Set<string>>> {
  const trust = signTrust(makeTrust());
  const node = await makeNode(t, { trust });
  const corte = makeCorte({ trust, files: { 'index.html': 'x' } });
  node.clock.now = Date.parse(corte.statement.taken_at) + 60_000;
  await writeDelivery(node.config.inbox, corte);
  await node.pass();
  const file = node.path('metrics.prom');
  await newMetrics().write(file, await statusOf(node.node), true, node.clock.now);
  return seriesIn(await readFile(file, 'utf8'));
}

/** What `cotejo traer` writes beside it. */
function writtenByTraer(): Map<string, Set<string>> {
  const mirrors = [{ name: 'zocalo', address: 'https://zocalo.example/cotejo/', shows: null, well: true, fault: null }];
  const brought = { cortes: 0, trust: 0, bytes: 0, last: null };
  const status = { at: '2018-07-02T06:00:00.000Z', mirrors, fetching: null, brought, trouble: null, trouble_code: null };
  return seriesIn(metricsText(status, { unreachable: 0, slow: 0, withholds: 0, unusable: 0, lied: 0 }));
}

function seriesIn(text: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, name = '', labels = ''] of text.matchAll(/^(cotejo_\w+)(\{.*\})? /gm)) {
    const of = found.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/(\w+)=/g)) of.add(label);
    found.set(name, of);
  }
  return found;
}

/** What of the metrics and labels in some expressions nobody writes. */
function unknownIn(text: string, known: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const wrong: string[] = [];
  for (const [, name = '', selector = ''] of text.matchAll(/\b((?:cotejo|node|haproxy|nginx)_\w+)(\{[^}]*\})?/g)) {
    if (!known.has(name) && !FROM_OTHERS.has(name)) wrong.push(name);
    for (const [, label = ''] of selector.matchAll(/(\w+)\s*[=!]/g))
      if (!known.get(name)?.has(label) && !LABELS_FROM_OTHERS.includes(label)) wrong.push(`${name}{${label}}`);
  }
  return wrong;
}

const metricsIn = (text: string) => new Set([...text.matchAll(/\bcotejo_\w+/g)].map(([name]) => name));

test('the alerts ask for what a node writes', async (t) => {
  const known = new Map([...(await written(t)), ...writtenByTraer()]);
  const rules = await readFile(shipped('prometheus/cotejo.yml'), 'utf8');
  const expressions = [...rules.matchAll(/^ +expr: (.*)$/gm)].map(([, expr = '']) => expr);
  t.true(expressions.length > 10);
  t.deepEqual(
    expressions.flatMap((expr) => unknownIn(expr, known)),
    [],
  );
  t.deepEqual(unknownIn('cotejo_nada > 0 or cotejo_fresh{code="x"}', known), ['cotejo_nada', 'cotejo_fresh{code}']);
});

test('the dashboard shows all that a node writes, and nothing else', async (t) => {
  const known = await written(t);
  const dashboard = JSON.parse(await readFile(shipped('grafana/cotejo.json'), 'utf8')) as {
    panels: { title: string; targets: { expr: string; legendFormat: string }[] }[];
    templating: { list: { name: string; definition?: string }[] };
  };
  const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const questions = dashboard.templating.list.flatMap(({ definition }) => definition ?? []);
  const text = [...expressions, ...questions].join('\n');
  t.deepEqual(unknownIn(text, known), []);
  t.deepEqual([...known.keys()].sort(), [...metricsIn(text)].sort());
  const variables = new Set(dashboard.templating.list.map(({ name }) => `$${name}`));
  for (const [variable] of text.matchAll(/\$\w+/g)) t.true(variables.has(variable), variable);
  for (const { targets } of dashboard.panels)
    for (const { expr, legendFormat } of targets)
      for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
        const has = label === 'instance' || [...metricsIn(expr)].some((name) => known.get(name)?.has(label));
        t.true(has, `${legendFormat} of ${expr}`);
      }
});

test('the first refusal of a kind is an increase', async (t) => {
  const file = join(await makeFolder(t), 'metrics.prom');
  const metrics = newMetrics();
  const node = await makeNode(t);
  const say = async () => {
    await metrics.write(file, await statusOf(node.node), true, null);
    return /^cotejo_refused_total\{code="fork"\} (\d+)$/m.exec(await readFile(file, 'utf8'))?.[1];
  };
  t.is(await say(), '0');
  metrics.hear({ event: 'refused', delivery: 'jornada-000002', code: 'fork', detail: said('') });
  t.is(await say(), '1');
});

const NODE = 'web1:9100';

const ZOCALO = '{mirror="zocalo",address="https://zocalo.example/cotejo/"}';
const MIRROR_WELL = `cotejo_traer_mirror_well${ZOCALO}`;
const MIRROR_LIED = `cotejo_traer_mirror_lied${ZOCALO}`;

/** For each alert, a series by which it is due at 30 minutes; a value a minute. */
const FAULTS: Readonly<Record<string, { series: string; values: string }>> = {
  CotejoNotFresh: { series: 'cotejo_healthy', values: '1x20 0x40' },
  CotejoAviso: { series: 'cotejo_public{phase="jornada",shows="aviso",over="false"}', values: '_x20 1x40' },
  CotejoDaemonSilent: { series: 'node_textfile_mtime_seconds{file="/x/cotejo.prom"}', values: '1500x60' },
  CotejoMetricsGone: { series: 'cotejo_healthy', values: '1x10 stale' },
  CotejoAltered: { series: 'cotejo_altered_total', values: '0x20 1x40' },
  CotejoUnrestored: { series: 'cotejo_unrestored_total', values: '0x5 1x60' },
  CotejoFork: { series: 'cotejo_refused_total{code="fork"}', values: '0x20 1x40' },
  CotejoRefused: { series: 'cotejo_refused_total{code="gap"}', values: '0x20 1x40' },
  CotejoRevoked: { series: 'cotejo_revoked_total', values: '0x20 2x40' },
  CotejoErrors: { series: 'cotejo_errors_total', values: '0x20 1x40' },
  CotejoPatrolLate: { series: 'cotejo_patrol_ended_at_seconds', values: '-2000x60' },
  CotejoOpenEnded: { series: 'cotejo_open_ended{phase="jornada"}', values: '0x20 1x40' },
  CotejoTrustExpires: { series: 'cotejo_trust_expires_at_seconds', values: '600000x60' },
  CotejoSpace: { series: 'cotejo_free_bytes', values: '19000000000x60' },
  CotejoInodes: { series: 'cotejo_free_inodes', values: '150000x60' },
  CotejoTraerSilent: { series: 'cotejo_traer_seen_at_seconds', values: '0+60x20 1200x40' },
  CotejoMirrorsSilent: { series: MIRROR_WELL, values: '1x20 0x40' },
  CotejoMirrorLied: { series: MIRROR_LIED, values: '0x20 1x40' },
  CotejoNodeBehind: { series: 'cotejo_corte_number{phase="jornada"}', values: '36x60' },
};

/** The same node when all is well, beside which the other node is two cortes ahead where that is the fault. */
const SOUND = [
  ['cotejo_healthy', '1x60'],
  ['cotejo_public{phase="jornada",shows="corte",over="false"}', '1x60'],
  // A drill that was only stopped.
  ['cotejo_public{phase="simulacro-1",shows="aviso",over="true"}', '1x60'],
  ['node_textfile_mtime_seconds{file="/x/cotejo.prom"}', '0+60x60'],
  // What traer writes has an alert of its own, and by its file nobody is told that the daemon is silent.
  ['node_textfile_mtime_seconds{file="/x/cotejo-traer.prom"}', '1x60'],
  ['cotejo_traer_seen_at_seconds', '0+60x60'],
  [MIRROR_WELL, '1x60'],
  [MIRROR_LIED, '0x60'],
  ['cotejo_altered_total', '0x60'],
  ['cotejo_unrestored_total', '0x60'],
  ['cotejo_refused_total{code="fork"}', '0x60'],
  ['cotejo_refused_total{code="gap"}', '0x60'],
  ['cotejo_revoked_total', '0x60'],
  ['cotejo_errors_total', '0x60'],
  ['cotejo_patrol_ended_at_seconds', '0+60x60'],
  ['cotejo_open_ended{phase="jornada"}', '0x60'],
  ['cotejo_trust_expires_at_seconds', '9000000x60'],
  ['cotejo_free_bytes', '60000000000x60'],
  ['cotejo_free_inodes', '6000000x60'],
  ['cotejo_corte_number{phase="jornada"}', '38x60'],
] as const;

requires('prometheus', ['promtool'])('each alert is told of its fault, and of no other', async (t) => {
  const rules = shipped('prometheus/cotejo.yml');
  await run('promtool', ['check', 'rules', rules]);
  const names = [...(await readFile(rules, 'utf8')).matchAll(/^ +- alert: (\w+)$/gm)].map(([, name = '']) => name);
  t.deepEqual(names.toSorted(), Object.keys(FAULTS).sort());
  const at = (series: string, instance: string) => {
    const [name, labels = ''] = series.replace('}', '').split('{');
    return `${name}{${[`instance="${instance}"`, ...(labels ? [labels] : [])].join(',')}}`;
  };
  const tests = Object.entries(FAULTS).map(([alert, { series, values }]) => ({
    name: alert,
    interval: '1m',
    input_series: [
      ...SOUND.map(([name, sound]) => ({ series: at(name, NODE), values: name === series ? values : sound })),
      ...(SOUND.some(([name]) => name === series) ? [] : [{ series: at(series, NODE), values }]),
      { series: at('cotejo_corte_number{phase="jornada"}', 'web2:9100'), values: '38x60' },
    ],
    promql_expr_test: [
      {
        expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
        eval_time: '30m',
        exp_samples: [{ labels: `{alertname="${alert}"}`, value: 1 }],
      },
    ],
  }));
  const sound = {
    name: 'nothing is wrong',
    interval: '1m',
    input_series: SOUND.map(([name, values]) => ({ series: at(name, NODE), values })),
    promql_expr_test: [{ expr: 'ALERTS', eval_time: '30m', exp_samples: [] }],
  };
  const file = join(await makeFolder(t), 'test.yml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ rule_files: [rules], evaluation_interval: '1m', tests: [sound, ...tests] }));
  const { stdout } = await run('promtool', ['test', 'rules', file]).catch((error: { stdout: string; stderr: string }) => ({
    stdout: error.stdout + error.stderr,
  }));
  t.regex(stdout, /SUCCESS/, stdout);
});
