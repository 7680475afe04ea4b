import { readFile, stat } from 'node:fs/promises';
import test from 'ava';
import { isOfThisMachine, plainAddress } from '../../src/simulacro/node/address.ts';
import { countedIn, tableText } from '../../src/simulacro/node/link.ts';
import { deviceText, hasOwnRoom } from '../../src/simulacro/node/mounts.ts';
import { englishWordsIn } from '../kit/languages.ts';

/** What a drill reads of the machine before it changes anything: the firewall’s rules, addresses and mounts. */

test('the firewall: a table of its own, and one address alone, of either family, all of it counted', (t) => {
  t.regex(tableText('192.0.2.10', 60), /^ {4}ip saddr @iec counter name descartados drop$/m);
  t.regex(tableText('2001:db8::10', 60), /^ {4}ip6 saddr @iec counter name descartados drop$/m);
  t.regex(
    tableText('192.0.2.10', 60, 'limit rate over 64 kbytes/second'),
    /saddr @iec limit rate over 64 kbytes\/second counter name descartados drop$/m,
  );
  t.regex(tableText('192.0.2.10', 59.5), /type ipv4_addr\s+flags timeout\s+elements = \{ 192\.0\.2\.10 timeout 60s \}/);
  t.regex(tableText('2001:db8::10', 60), /type ipv6_addr\s+flags timeout\s+elements = \{ 2001:db8::10 timeout 60s \}/);
  t.deepEqual(new Set(tableText('192.0.2.10', 60).match(/table inet \S+/g)), new Set(['table inet cotejo_simulacro']));
});

test('the firewall: what its rule counted, as nft tells it', (t) => {
  const counter = (name: string, packets: number) =>
    `{"counter": {"family": "inet", "name": "${name}", "table": "cotejo_simulacro", "handle": 1, "packets": ${packets}, "bytes": 60}}`;
  const said = (...counters: string[]) =>
    `{"nftables": [${['{"metainfo": {"version": "1.0.6"}}', '{"table": {"family": "inet", "name": "x"}}', ...counters].join()}]}`;
  t.deepEqual(countedIn(said(counter('vistos', 7), counter('descartados', 3))), { seen: 7, dropped: 3 });
  for (const text of [said(counter('vistos', 7)), '{}', '', '{"nftables": [{"counter": {"name": 7}}]}'])
    t.deepEqual(englishWordsIn(t.throws(() => countedIn(text))?.message ?? ''), [], text);
});

test('the link that is cut is never that of the machine to itself, however its address is spelled', (t) => {
  const here = ['127.0.0.1', '192.0.2.1', '::1', '2001:db8::1', 'fe80::1'];
  const own = ['127.0.0.2', '0.0.0.0', '::1', '0:0::0:1', '::', '::ffff:127.0.0.2', '::ffff:7f00:2', '192.0.2.1'];
  for (const address of [...own, '::ffff:192.0.2.1', '::FFFF:c000:201', '2001:DB8:0::1', 'fe80::1%eth0'])
    t.true(isOfThisMachine(address, here), address);
  for (const address of ['192.0.2.10', '2001:db8::10', '::ffff:192.0.2.10']) t.false(isOfThisMachine(address, here), address);
  t.is(plainAddress('::ffff:192.0.2.10'), '192.0.2.10');
  t.is(plainAddress('192.0.2.10'), '192.0.2.10');
});

test('a file system of its own: a mount point of all of one, of a kind that shares its room with nobody, mounted once', (t) => {
  const rootLine = '25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw';
  const line = (device: string, root: string, point: string, type: string) =>
    `99 25 ${device} ${root} ${point} rw,relatime shared:7 master:2 - ${type} /dev/x rw`;
  const STATE = '/var/lib/cotejo/state';
  const own = (lines: readonly string[], folder = STATE, device = '8:17') =>
    hasOwnRoom(`${[rootLine, ...lines].join('\n')}\n`, folder, device);
  for (const type of ['ext4', 'xfs', 'tmpfs']) t.true(own([line('8:17', '/', STATE, type)]), type);
  t.false(own([]), 'of the machine');
  t.false(own([line('8:17', '/', '/var/lib/cotejo', 'ext4')]), 'a folder of another mount');
  for (const type of ['btrfs', 'zfs', 'overlay', 'nfs4']) t.false(own([line('8:17', '/', STATE, type)]), type);
  t.false(own([line('8:17', '/@state', STATE, 'ext4')]), 'a bind mount or a subvolume');
  t.false(own([line('8:1', '/', STATE, 'ext4')], STATE, '8:1'), "the machine's own, mounted again");
  t.false(own([line('8:17', '/', STATE, 'ext4'), line('8:17', '/', '/srv/other', 'ext4')]), 'twice');
  t.false(own([line('8:17', '/', STATE, 'ext4'), line('8:33', '/', STATE, 'ext4')]), 'another over it');
  t.false(own([line('8:17', '/', STATE, 'ext4')], STATE, '8:1'), 'hidden by what is mounted above it');
  t.true(own([line('8:17', '/', '/var/lib/mi\\040cotejo', 'ext4')], '/var/lib/mi cotejo'), 'blanks');
  t.throws(() => own(['nonsense']));
  t.is(deviceText(0x811n), '8:17');
  t.is(deviceText(0x100000n), '0:256');
});

test('a file system of its own, on this machine: the root is that of everything', async (t) => {
  const text = await readFile('/proc/self/mountinfo', 'utf8');
  t.false(hasOwnRoom(text, process.cwd(), deviceText((await stat(process.cwd(), { bigint: true })).dev)));
  // That the device is spelled as the kernel does.
  const proc = deviceText((await stat('/proc', { bigint: true })).dev);
  t.regex(text, new RegExp(`^\\d+ \\d+ ${proc} / /proc `, 'm'));
});
