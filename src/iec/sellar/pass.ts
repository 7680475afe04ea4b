import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askOnce } from '../../audit/source/http-once.ts';
import type { ProxyFor } from '../../audit/source/proxies.ts';
import { statementIfThere } from '../../chain/chain-folder.ts';
import { sweepAsides } from '../../disk/aside.ts';
import { LIMITS } from '../../format/limits.ts';
import { AUTORIDADES, certificatesFile } from '../../format/sello.ts';
import { formatTime, instantOf, offsetOf } from '../../format/time.ts';
import type { Tokens } from '../../sello/tokens.ts';
import type { ChainView } from '../record/chain-view.ts';
import type { Autoridad, SellarConfig } from '../setup/sellar.ts';
import { type Certificates, publishCertificates } from './certificates.ts';
import { agrees, ClocksDisagree } from './clocks.ts';
import { type AutoridadEstado, readSellar, type SellarEstado, writeSellar } from './estado.ts';
import type { SellarEvent } from './events.ts';
import { keepDisputed, keepToken } from './keep.ts';
import { fetchList, isListDue } from './list.ts';
import { isAhead, PACE, type PassPace } from './pace.ts';
import { type Part, partsOf } from './parts.ts';
import type { ChainToSeal } from './phases.ts';
import { type SellarTrouble, troubleOf } from './trouble.ts';
import { words } from './words.ts';

/**
 * One pass of `iec sellar`: every authority, all at once and each at its own pace, is asked for the tokens that it has not
 * given, the newest corte first, since its token stands for all before it: of the configured phase, and then of the others
 * that have cortes, which no later token stands for. What fails is tried again after growing waits.
 * It reads the chain and writes in its own folder alone; nothing of the night waits for it.
 */

export interface PassPlan {
  readonly sellar: SellarConfig;
  readonly tokens: Tokens;
  readonly proxyFor: ProxyFor;
  /** ms since the epoch */
  readonly now: () => number;
  readonly random: () => number;
  readonly heard: (event: SellarEvent) => void;
  readonly stop?: AbortSignal | undefined;
  readonly pace?: Partial<PassPace>;
}

/**
 * @returns how it stands with each authority after it
 * @throws Error where something of our own can't be read or written, and, once the pass is made and noted as every other,
 *   what kept another phase than the configured one from being looked at or sealed, or an authority's certificates from
 *   being read or published
 */
export async function sealPass(chain: ChainToSeal, plan: PassPlan): Promise<SellarEstado> {
  const { view } = chain;
  const { sellar, tokens, now } = plan;
  const { folder } = sellar;
  const phase = view.phase.name;
  const pace = { ...PACE, ...plan.pace };
  const offset = offsetOf(view.phase.opens_at);
  const ends = performance.now() + pace.passMs;
  await sweepAsides([folder, join(folder, AUTORIDADES)]);
  const before = await readSellar(folder);
  const { files: certificates, failed: uncertified } = await publishCertificates(sellar, tokens);
  const certificatesOf = (authority: string) => certificates.get(authority)?.all ?? null;
  const { parts, failed: unseen } = await partsOf(chain, { folder, tokens, certificatesOf });
  let troubled = unseen ?? [...uncertified.values()].map((error) => ({ error }))[0] ?? null;
  const states = new Map<string, AutoridadEstado>();
  for (const { name } of sellar.autoridad) {
    const [first = 0, ...rest] = parts.map((part) => part.view.head - (part.held.get(name)?.size ?? 0));
    const last = before?.phase === phase ? before.autoridades.find((one) => one.name === name) : undefined;
    states.set(name, {
      ...(last ?? { name, ...QUIET, list_next_try: null }),
      newest: Math.max(0, ...(parts[0]?.held.get(name) ?? [])),
      pending: first,
      pending_other_phases: rest.reduce((sum, one) => sum + one, 0),
    });
  }

  const bounds = { proxyFor: plan.proxyFor, totalMs: pace.answerMs, signal: plan.stop };
  let writing: Promise<unknown> = Promise.resolve();
  /** One after the other: they write one file. */
  const save = (): Promise<SellarEstado> => {
    const written = writing.then(async () => {
      const estado = { phase, at: formatTime(now(), offset), head: view.head, autoridades: [...states.values()] };
      await writeSellar(folder, estado);
      return estado;
    });
    writing = written.catch(() => {}); // whoever waits for it is told
    return written;
  };
  const change = async (name: string, changes: Partial<AutoridadEstado>) => {
    states.set(name, { ...states.get(name)!, ...changes });
    await save();
  };

  async function failed(name: string, trouble: SellarTrouble, event?: SellarEvent): Promise<void> {
    const { failures, silent_since, trouble: told } = states.get(name)!;
    if (told?.code !== trouble.code) plan.heard(event ?? { event: 'sellar-trouble', autoridad: name, ...trouble });
    const [first, longest] = pace.retryMs;
    const wait = Math.min(first * 2 ** failures, longest) * (0.75 + plan.random() / 2);
    await change(name, {
      failures: failures + 1,
      silent_since: silent_since ?? formatTime(now(), offset),
      trouble,
      next_try: formatTime(now() + wait, offset),
    });
  }

  async function ask({ name, url }: Autoridad, { own, all }: Certificates, of: ChainView, number: number): Promise<boolean> {
    const phaseOf = of.phase.name;
    const corte = await statementIfThere(of.chain, phaseOf, number);
    if (corte === null) return false; // put aside since it was seen
    const { statement, sha256 } = corte;
    const file = { number, authority: name };
    try {
      const query = await tokens.query(sha256);
      const post = { body: query, type: 'application/timestamp-query' };
      const answer = await askOnce(new URL(url), { post, ...bounds, bytes: LIMITS.selloBytes });
      const came = now();
      const { at } = await tokens.checkAnswer(answer, query, own);
      await tokens.check(answer, sha256, all); // with the revocation list that was fetched
      if (!agrees(at, statement, came)) {
        await keepDisputed(folder, phaseOf, file, answer);
        throw new ClocksDisagree(at, statement, came);
      }
      await keepToken(folder, phaseOf, file, sha256, answer);
      const { failures, newest, pending, pending_other_phases: elsewhere } = states.get(name)!;
      if (failures > 0) plan.heard({ event: 'sellar-well-again', autoridad: name });
      plan.heard({ event: 'sealed', phase: phaseOf, number, autoridad: name, hour: formatTime(at, offset) });
      const counts =
        of === view ? { newest: Math.max(newest, number), pending: pending - 1 } : { pending_other_phases: elsewhere - 1 };
      await change(name, { ...QUIET, ...counts });
      return true;
    } catch (error) {
      if (plan.stop?.aborted) return false;
      const trouble = troubleOf(error);
      if (trouble === null) throw error;
      const told = error instanceof ClocksDisagree ? error.told : null;
      await failed(name, trouble, told ? { event: 'sellar-clocks', autoridad: name, ...told, detail: trouble.detail } : undefined);
      return false;
    }
  }

  /** After the tokens: a list that is a day older says nothing else of what was sealed tonight. */
  async function askList({ name, crl }: Autoridad): Promise<void> {
    const files = certificates.get(name);
    if (crl === undefined || !files || plan.stop?.aborted || !isListDue(states.get(name)!.list_next_try, now())) return;
    const fetched = await fetchList({ sellar, tokens, name, crl, own: files.own, bounds });
    if (fetched === null) return;
    if (fetched.trouble) plan.heard({ event: 'sellar-list-trouble', autoridad: name, detail: fetched.trouble });
    await change(name, { list_next_try: formatTime(now() + fetched.wait, offset) });
  }

  async function askAll(authority: Autoridad): Promise<void> {
    await askTokens(authority);
    await askList(authority);
  }

  async function askTokens(authority: Autoridad): Promise<void> {
    const { name } = authority;
    const { next_try } = states.get(name)!;
    if (next_try !== null && isAhead(instantOf(next_try) - now(), pace.retryMs[1])) return;
    const files = certificates.get(name);
    if (!files) {
      const file = join(sellar.autoridades, certificatesFile(name));
      await failed(name, { code: 'no-certificates', detail: uncertified.get(name)?.said ?? words.noCertificates(file) });
      return;
    }
    let isFirst = true;
    /** @returns whether it may be asked for more */
    const askFor = async ({ view: of, held }: Part): Promise<boolean> => {
      for (let number = of.head; number >= 1; number--) {
        if (held.get(name)?.has(number)) continue;
        if (plan.stop?.aborted || performance.now() > ends) return false;
        if (!isFirst) await sleep(pace.restMs, undefined, { signal: plan.stop }).catch(() => {});
        isFirst = false;
        if (!(await ask(authority, files, of, number))) return false;
      }
      return true;
    };
    for (const part of parts) {
      try {
        if (!(await askFor(part))) return;
      } catch (error) {
        if (part.view === view) throw error;
        troubled ??= { error };
      }
    }
  }

  // Where something of our own fails, the others end first what they began.
  for (const asked of await Promise.allSettled(sellar.autoridad.map(askAll))) {
    if (asked.status === 'rejected') throw asked.reason;
  }
  const estado = await save(); // a pass was made, whatever is wrong elsewhere
  if (troubled) throw troubled.error;
  return estado;
}

/** Nothing is wrong with an authority. */
const QUIET = { failures: 0, silent_since: null, trouble: null, next_try: null } as const;
