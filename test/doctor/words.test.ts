import test from 'ava';
import { inSpanish, withDeclared } from '../../src/doctor/check.ts';
import { judgeNode } from '../../src/doctor/judge/node.ts';
import { RULES } from '../../src/doctor/rules.ts';
import { RULES_IN_ENGLISH } from '../../src/doctor/rules-en.ts';
import { reportText } from '../../src/doctor/text.ts';
import { inLanguage, type Language, type Said } from '../../src/format/said.ts';
import { englishWordsIn } from '../kit/languages.ts';
import { FIT } from './fit-machine.ts';

const NOW = Date.parse('2018-06-01T17:00:00Z');

test('the rules are Spanish in Spanish and English in English', (t) => {
  t.deepEqual(Object.keys(RULES_IN_ENGLISH).toSorted(), Object.keys(RULES).toSorted());
  for (const [id, { title, required, remedy }] of Object.entries(RULES)) {
    const spanish = [title, required, remedy].join('. ').replace(/--declare [^ ]+/g, '');
    t.deepEqual(englishWordsIn(spanish), [], id);
  }
  for (const [id, english] of Object.entries(RULES_IN_ENGLISH)) {
    t.false(/[áéíóúñ]/i.test(Object.values(english).join(' ')), id);
  }
});

test('a report is in the language of its reader; JSON and the constancia have the Spanish', (t) => {
  const facts = { ...FIT, isOneFileSystem: { known: false } };
  const checks = withDeclared(judgeNode(facts, NOW), { ups: 'APC 3 kVA' });
  const shell = (language: Language) => ({
    paint: (_: string, text: string) => text,
    told: (text: string | Said) => inLanguage(text, language),
  });
  const [en, es] = [reportText(shell('en'), 'vanguardia web1', checks), reportText(shell('es'), 'vanguardia web1', checks)];
  t.regex(en, /not met +un-solo-sistema +- +they are on different file systems\n {4}required: on one file system\n/);
  t.regex(es, /no cumple +un-solo-sistema +- +están en sistemas de archivos distintos\n {4}se pide: en un mismo sistema/);
  t.deepEqual(englishWordsIn(es), []);
  t.false(/[áéíóúñ]/i.test(en), en);
  const [first] = checks.filter(({ id }) => id === 'un-solo-sistema').map(inSpanish);
  t.deepEqual(first, {
    id: 'un-solo-sistema',
    clause: null,
    title: 'Estado, llegada y salida juntos',
    measured: 'están en sistemas de archivos distintos',
    required: 'en un mismo sistema de archivos',
    verdict: 'no-cumple',
    remedy: 'ponga state, inbox y outbox en un mismo sistema de archivos',
  });
});
