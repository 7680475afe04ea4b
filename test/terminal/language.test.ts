import test from 'ava';
import { languageOf } from '../../src/terminal/language.ts';

test("the language is the account's, by the variable that the C library would take", (t) => {
  t.is(languageOf({}, []), 'en');
  t.is(languageOf({ LANG: 'es_MX.UTF-8' }, []), 'es');
  t.is(languageOf({ LANG: 'C.UTF-8' }, []), 'en');
  t.is(languageOf({ LANG: 'de_DE.UTF-8' }, []), 'en');
  t.is(languageOf({ LANG: 'es_MX.UTF-8', LC_ALL: 'en_US.UTF-8' }, []), 'en');
  t.is(languageOf({ LANG: 'en_US.UTF-8', LC_MESSAGES: 'es_MX.UTF-8', LC_ALL: '' }, []), 'es');
});

test('--lang is stronger, the last one, and only where it is an option', (t) => {
  t.is(languageOf({ LANG: 'es_MX.UTF-8' }, ['difusor', 'status', '--lang', 'en']), 'en');
  t.is(languageOf({}, ['--lang=en', 'status', '--lang=es']), 'es');
  t.is(languageOf({}, ['status', '--', '--lang', 'es']), 'en');
  t.is(languageOf({ LANG: 'es_MX.UTF-8' }, ['--lang', 'fr']), 'es');
  t.is(languageOf({}, ['--lang']), 'en');
});
