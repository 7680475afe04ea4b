import test from 'ava';
import { inSpanish, withDeclared } from '../../src/doctor/check.ts';
import { judgeNode } from '../../src/doctor/judge/node.ts';
import { words as judge } from '../../src/doctor/judge/words.ts';
import { words as probe } from '../../src/doctor/probe/words.ts';
import { RULES } from '../../src/doctor/rules.ts';
import { RULES_IN_ENGLISH } from '../../src/doctor/rules-en.ts';
import { reportText } from '../../src/doctor/text.ts';
import { words as report } from '../../src/doctor/words.ts';
import { inLanguage, type Language, Said } from '../../src/format/said.ts';
import { areBilingual, englishWordsIn } from '../kit/languages.ts';
import { FIT } from './fit-machine.ts';

const NOW = Date.parse('2018-06-01T17:00:00Z');

test('what a doctor says is Spanish in Spanish and English in English, of the same values', (t) => {
  const same = ['cacheControl', 'showsCorte', 'pathWhy', 'certificateIs'].map((name) => `judge.${name}`);
  areBilingual(t, { judge, probe, report }, same);
  const ids = Object.keys(RULES) as (keyof typeof RULES)[];
  const rules = ids.flatMap((id) => {
    const [es, en] = [RULES[id], RULES_IN_ENGLISH[id]];
    return (['title', 'required', 'remedy'] as const).map((part) => [`${id} ${part}`, new Said(en[part], es[part])] as const);
  });
  // Names, amounts and commands are the same in both.
  const told = rules.filter(([, { en, es }]) => en !== es);
  areBilingual(t, { rules: Object.fromEntries(told) });
  t.true(told.length > 100);
});

test('a report is in the language of its reader; JSON and the constancia have the Spanish', (t) => {
  const facts = { ...FIT, isOneFileSystem: { known: false } };
  const checks = withDeclared(judgeNode(facts, NOW), { ups: 'APC 3 kVA' });
  const shell = (language: Language) => ({
    paint: (_: string, text: string) => text,
    told: (text: string | Said) => inLanguage(text, language),
  });
  const [en, es] = [reportText(shell('en'), 'vanguardia web1', checks), reportText(shell('es'), 'vanguardia web1', checks)];
  t.regex(en, /not fit +un-solo-sistema +- +they are on different file systems\n {4}required: on one file system\n/);
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
