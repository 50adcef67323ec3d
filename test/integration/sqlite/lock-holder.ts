import { lockFolder } from '#adapters/sqlite/lock';

/** A process that locks the folder of its argument, says so, and stays until it is killed. */
lockFolder(process.argv[2] ?? '');
process.stdout.write('locked\n');
setInterval(() => undefined, 60_000);
