import test from 'ava';
import { folderAddress } from '../../src/page/address.ts';
import { parseCode } from '../../src/page/anchor.ts';

test('an address is taken as people write and copy it', (t) => {
  const taken: Record<string, string> = {
    'https://prep.example.mx/': 'https://prep.example.mx/',
    ' prep.example.mx ': 'https://prep.example.mx/',
    'HTTP://prep.example.mx/2018': 'http://prep.example.mx/2018/',
    'https://prep.example.mx/2018/index.html?x=1#y': 'https://prep.example.mx/2018/',
    'https://prep.example.mx/cotejo.html': 'https://prep.example.mx/',
    'https://prep.example.mx/cotejo/': 'https://prep.example.mx/',
    'https://prep.example.mx/2018/cotejo': 'https://prep.example.mx/2018/',
    'https://prep.example.mx/cotejo/fases/simulacro-1/': 'https://prep.example.mx/cotejo/fases/simulacro-1/',
    'https://user:secret@prep.example.mx/a': 'https://prep.example.mx/a/',
    'localhost:8080': 'https://localhost:8080/',
  };
  for (const [text, address] of Object.entries(taken)) t.is(folderAddress(text)?.href, address, text);
  for (const text of ['', '  ', 'file:///etc/passwd', 'ftp://x/', 'javascript:alert(1)', 'https://', 'a b']) {
    t.is(folderAddress(text), null, text);
  }
});

test('a code of integrity is taken in groups and in either case, and nothing else is', (t) => {
  const code = '0123456789abcdef'.repeat(4);
  for (const text of [
    code,
    code.toUpperCase(),
    ` ${code.replace(/.{8}/g, '$& ')}`,
    code.replace(/.{32}/g, '$&\r\n'),
    code.replace(/.{8}/g, '$&-'),
  ]) {
    t.is(parseCode(text), code);
  }
  for (const text of ['', code.slice(1), `${code}0`, code.replace('0', 'g'), code.replace('0', 'O'), `SHA256:${code}`]) {
    t.is(parseCode(text), null, text);
  }
});
