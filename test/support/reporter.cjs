const { writeFileSync } = require('node:fs');

/**
 * Counts the tests of each Jest project into the file TEST_REPORT names, for scripts/test.mjs. A suite that
 * cannot even load counts as one failed test.
 */
class CountingReporter {
  projects = {};

  onTestResult({ path, context }, result) {
    const project = (this.projects[context.config.displayName?.name ?? ''] ??= {
      suites: 0,
      passed: 0,
      failed: 0,
      leftOut: [],
    });
    project.suites += 1;
    if (result.testExecError) project.failed += 1;
    for (const test of result.testResults) {
      if (test.status === 'passed') project.passed += 1;
      else if (test.status === 'failed') project.failed += 1;
      else project.leftOut.push(`${path.slice(context.config.rootDir.length + 1)}: ${test.fullName}`);
    }
  }

  onRunComplete() {
    if (process.env.TEST_REPORT) writeFileSync(process.env.TEST_REPORT, JSON.stringify(this.projects));
  }
}

module.exports = CountingReporter;
