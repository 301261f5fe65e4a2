const intervalMs = { terminal: 200, file: 5_000 };

/** How far a command has come, on standard error: one line that changes, or in a log one now and then. */
export function progressLine(): { show(text: string): void; end(): void } {
  const { stderr } = process;
  let last = performance.now();
  let shown = false;
  return {
    show: (text) => {
      if (performance.now() - last < (stderr.isTTY ? intervalMs.terminal : intervalMs.file)) return;
      last = performance.now();
      shown = true;
      stderr.write(stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
    },
    end: () => {
      if (shown && stderr.isTTY) stderr.write('\n');
    },
  };
}
