/** The configuration cannot be used. Its message lists every fault, one a line, and never a value. */
export class ConfigurationError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(
      `Gatehouse cannot start: ${faults.length} fault(s) in its settings\n${faults.map((f) => `  - ${f}`).join('\n')}`,
    );
    this.name = 'ConfigurationError';
  }
}
