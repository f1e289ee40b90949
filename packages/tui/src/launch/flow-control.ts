import { execFile } from 'node:child_process';

/** Whether a terminal stops output on Ctrl+S and keeps Ctrl+Q (XON/XOFF); null when it cannot be asked. */
export function readFlowControl(tty: string): Promise<boolean | null> {
  const flag = process.platform === 'darwin' || process.platform === 'freebsd' ? '-f' : '-F';
  return new Promise((resolve) => {
    execFile('stty', [flag, tty, '-a'], { timeout: 2000 }, (error, stdout) => {
      resolve(error === null ? /(?:^|\s)ixon\b/m.test(stdout) : null);
    });
  });
}
