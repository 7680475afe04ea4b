import { promises as fs } from 'node:fs';

/**
 * Preloaded (`node --import`) into the command under trial: ends it by KILL_BY (SIGKILL) right after the rename whose
 * target ends with KILL_AFTER_RENAME, before that is synced.
 */
const wanted = process.env['KILL_AFTER_RENAME'];
const { rename } = fs;
if (wanted !== undefined)
  fs.rename = async (from, to) => {
    await rename(from, to);
    if (String(to).endsWith(wanted)) process.kill(process.pid, process.env['KILL_BY'] ?? 'SIGKILL');
  };
