import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { argv } from 'node:process';
import ssh2 from 'ssh2';

/**
 * Two nodes that an IEC should never have met, as a process of their own: `node hostile-nodes.js HOSTKEY PORT PORT`. The first
 * lists folders without end, by names of 200 KB, and fails at everything else (SSH_FX_FAILURE). The second says a byte every
 * few seconds.
 */

const [, , keyFile, listing, dripping] = argv as [string, string, string, string, string];
const FAILURE = 4;

const server = new ssh2.Server({ hostKeys: [readFileSync(keyFile)] }, (connection) => {
  connection.on('error', () => {});
  connection.on('authentication', (context) => context.accept());
  connection.on('session', (accept) => {
    accept().on('sftp', (take) => {
      const sftp = take();
      sftp.on('error', () => {});
      sftp.on('OPENDIR', (id) => sftp.handle(id, Buffer.from('h')));
      sftp.on('CLOSE', (id) => sftp.status(id, 0));
      sftp.on('READDIR', (id) => {
        const filename = `${Math.random()}`.padEnd(200_000, 'x');
        sftp.name(id, [{ filename, longname: '', attrs: {} as never }]);
      });
      for (const request of ['OPEN', 'LSTAT', 'STAT', 'MKDIR', 'RENAME', 'REMOVE', 'EXTENDED', 'REALPATH'] as const)
        sftp.on(request as 'LSTAT', (id) => sftp.status(id, FAILURE));
    });
  });
});
server.listen(Number(listing), '127.0.0.1');

createServer((socket) => {
  socket.on('error', () => {});
  const greeting = `SSH-2.0-${'x'.repeat(200)}\r\n`;
  let said = 0;
  const timer = setInterval(() => {
    socket.write(greeting[said++ % greeting.length] ?? 'x');
  }, 4000);
  socket.on('close', () => clearInterval(timer)).resume();
}).listen(Number(dripping), '127.0.0.1');
