import test from 'ava';
import { BROKEN_CHAINS, filesOf } from '../kit/broken-chains.ts';
import { closeFirefox, newFirefoxContext } from '../kit/firefox.ts';
import { ask, difusor, good } from '../kit/page.ts';
import { requires } from '../kit/requires.ts';
import { serve } from '../kit/web.ts';

/** The page in Debian's Firefox: what a browser of another house says of the good chain, and of some of the broken ones. */

const inFirefox = requires('firefox-esr', ['firefox-esr']).serial;

test.after.always(closeFirefox);

inFirefox('the good chain, and what each of the checks finds', async (t) => {
  const page = await (await newFirefoxContext(t)).newPage();
  const sound = await ask(page, await serve(t, difusor(filesOf(good))), { sampling: 'all' });
  t.is(sound.tone, 'good', sound.text);
  const names = ['the signature with another S that fits', 'a stranger signs', 'trust 2 is signed by too few', 'a corte is gone'];
  for (const name of names) {
    const chain = BROKEN_CHAINS.find((row) => row.name === name);
    const files = filesOf(good);
    chain?.breakIt(files, good);
    const found = await ask(page, await serve(t, difusor(files)));
    t.like(found, { tone: 'bad', ...chain?.expected }, found.text);
  }
});
