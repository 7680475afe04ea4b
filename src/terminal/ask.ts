import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { type Said, ToldError } from '../format/said.ts';
import { type Shell, UsageError } from './shell.ts';
import { TERMINAL } from './words.ts';

/** Questions to the person at the terminal. They go to stderr, so that stdout holds results alone. */

/** @returns the answer's line, or null where stdin has ended or `signal` came first */
export async function ask(shell: Shell, question: string, signal?: AbortSignal): Promise<string | null> {
  shell.stderr.write(`${question} `);
  const answer = await readLine(shell, false, signal);
  // On a terminal the person's Enter has ended the line; an answer from a pipe shows no line end.
  if (!shell.stdin.isTTY) shell.stderr.write('\n');
  return answer;
}

/**
 * Asks without echo.
 * @throws UsageError where nobody is at a terminal to be asked
 */
export async function askSecret(shell: Shell, question: Said, otherwise: Said): Promise<string> {
  if (!shell.stdin.isTTY) throw new UsageError(TERMINAL.cannotAsk(question), otherwise);
  shell.stderr.write(`${shell.told(question)} `);
  const answer = await readLine(shell, true);
  shell.stderr.write('\n');
  if (answer?.includes('\ufffd')) throw new UsageError(TERMINAL.otherEncoding, otherwise);
  return answer ?? '';
}

function readLine(shell: Shell, silent: boolean, signal?: AbortSignal): Promise<string | null> {
  // readline edits the line and, on a terminal, turns the echo off; what it would show goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: shell.stdin,
    ...(signal && { signal }),
    ...(silent ? { output: nowhere, terminal: true, historySize: 0 } : {}),
  });
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
    });
    lines.once('SIGINT', () => {
      reject(new ToldError(TERMINAL.interrupted));
      lines.close();
    });
    lines.once('close', () => resolve(null));
  });
}
