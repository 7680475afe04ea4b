import { commentsIn } from '../../../src/memoria/document/comments.ts';
import { memoriaPage } from '../../../src/memoria/document/page.ts';
import { MOST_INCIDENTS } from '../../../src/memoria/incident/kinds.ts';
import { readRecord } from '../../../src/memoria/incident/record.ts';
import { csvOf } from '../../../src/memoria/table/csv.ts';
import { happenedIn } from '../../../src/memoria/told.ts';
import { memoria, phase } from '../../memoria/example.ts';
import { chosen, promise, seed, type Target } from '../target.ts';

/** What a memoria is made of, besides the access logs: a node's record, comments, and texts that go into tables. */

const at = '2018-07-01T23:30:00.000Z';
const events = [
  { at, event: 'started', trust: 1 },
  { at, event: 'published', phase: 'jornada', public: 'corte', number: 1 },
  { at, event: 'altered', phase: 'jornada', number: 1, path: 'index.html', restored: true },
  { at, event: 'refused', delivery: 'jornada-000002', code: 'gap', detail: 'x' },
  { at, event: 'login-refused', attempts: 3 },
  { at, event: 'stopped' },
];
const record = events.map((event) => `${JSON.stringify(event)}\n`).join('');
const told = { from: Date.parse('2018-07-01T00:00:00-05:00'), to: Date.parse('2018-07-03T00:00:00-05:00') };

const TAKES: readonly ((text: string) => void)[] = [
  (text) => {
    const node = { node: 'web1', record: readRecord([text]), others: readRecord([text]) };
    const happened = happenedIn({ phase, cortes: [], nodes: [node], acuses: [], keepsTheRule: true }, told);
    promise(happened.incidents.length <= MOST_INCIDENTS, 'a bounded number of incidents');
    for (const { from, to } of happened.nodes[0].spans) promise(from < to, 'a span ends after it begins');
    promise(!/NaN|<script/.test(memoriaPage({ ...memoria, ...happened }, [])), 'a page');
  },
  (text) => {
    const page = memoriaPage({ ...memoria, comments: commentsIn(text), incidents: [] }, []);
    promise(!/<script|<img|<a /i.test(page), 'no markup of a comment');
  },
  (text) => {
    const lines = csvOf({ columns: ['a', 'b'], rows: [['1', text]] }).split('\r\n');
    promise(lines.length === 3, 'a row is one line');
    promise(!/^1,"?\s*[=+@]/.test(lines[1] ?? ''), 'no formula');
  },
];

export const memorias: Target = {
  seeds: [seed(0, record), seed(1, '# Uno\n\n- dos\n<p>tres'), seed(2, '=1+1'), seed(2, '"\t;-1')],
  words: [
    '"at":',
    '"event":"',
    '"public":"aviso"',
    '\n',
    '\r',
    '- ',
    '# ',
    '=',
    '+',
    '@',
    '"',
    ';',
    '\u2028',
    '\uff1d',
    '<script>',
  ],
  most: 4096,
  take(bytes) {
    const { one, rest } = chosen(bytes, TAKES);
    one(Buffer.from(rest).toString('utf8'));
  },
};
