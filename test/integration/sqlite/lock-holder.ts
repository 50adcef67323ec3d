import { FolderLocked, lockFolder } from '#adapters/sqlite/lock';

/** A process that locks the folder of its argument, says so, and stays until it is killed; it ends with 3 when it is kept out. */
try {
  lockFolder(process.argv[2] ?? '');
} catch (error) {
  process.exit(error instanceof FolderLocked ? 3 : 1);
}
process.stdout.write('locked\n');
setInterval(() => undefined, 60_000);
