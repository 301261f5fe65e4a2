/* Jest takes no testTimeout for one project: each names its own in its globals. */
jest.setTimeout(globalThis.testTimeoutMs);
