import { SingleBar } from 'cli-progress';

export interface Progress {
  update(done: number, total: number): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere a line now and then, so that a pipeline's log shows that something moves. */
export function progress(title: string, tty: boolean, err: (text: string) => void): Progress {
  return tty ? bar(title) : lines(title, err);
}

function bar(title: string): Progress {
  const format = `${title} [{bar}] {percentage} % | {value}/{total} | {eta_formatted} left`;
  const single = new SingleBar({
    format,
    barsize: 30,
    hideCursor: true,
    clearOnComplete: false,
    stream: process.stderr,
  });
  let started = false;
  return {
    update(done, total) {
      if (!started) single.start(total, done);
      else {
        single.setTotal(total);
        single.update(done);
      }
      started = true;
    },
    stop() {
      if (started) single.stop();
    },
  };
}

function lines(title: string, err: (text: string) => void): Progress {
  let told = -1;
  return {
    update(done, total) {
      const tenth = total === 0 ? 10 : Math.floor((10 * done) / total);
      if (tenth === told) return;
      told = tenth;
      err(`${title}: ${done} of ${total}`);
    },
    stop() {},
  };
}
