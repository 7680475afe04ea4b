import test from 'ava';
import { UsageError } from '../../src/config/usage-error.ts';
import { draft } from '../../src/custodian/draft.ts';

test('what a plan lacks is told in both languages', (t) => {
  const custodians = [{ name: 'presidencia' }];
  const plan = {
    custodians,
    signers: [],
    phases: [],
    expires_at: '2018-12-31T00:00:00-06:00',
    threshold: 1,
    election: 'x',
    title: 'x',
  };
  const error = t.throws(() => draft(plan, null, 0, () => 'PLAN.toml:3'), { instanceOf: UsageError });
  t.is(error.said.es, 'PLAN.toml:3: al plan le falta key de custodio presidencia');
  t.is(error.said.en, 'PLAN.toml:3: the plan has no key of custodian presidencia');
});
