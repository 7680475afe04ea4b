import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { repository } from '../kit/programs.ts';
import { randomOf } from '../powercuts/record.ts';
import { mutate } from './mutate.ts';
import { TARGETS } from './targets.ts';

/** What `npm run fuzz` begins with, what it once found, and some inputs made of these: quick, and the same each time. */

const TRIES = 30;

for (const [name, load] of Object.entries(TARGETS)) {
  test.serial(`bytes of strangers: ${name}`, async (t) => {
    const target = await load();
    t.teardown(() => target.end?.());
    const folder = join(repository(), 'test/fuzz/corpus', name);
    const saved = existsSync(folder) ? readdirSync(folder).map((file) => readFileSync(join(folder, file))) : [];
    const known = [Buffer.alloc(0), ...target.seeds, ...saved];
    const random = randomOf(1);
    const words = target.words.map((word) => Buffer.from(word));
    const made = Array.from({ length: TRIES }, () => mutate(random, known, words, target.most));
    for (const input of [...known, ...made]) {
      await t.notThrowsAsync(async () => target.take(input), Buffer.from(input).toString('base64').slice(0, 2000));
    }
  });
}
