// Prints the result of a run from vitest's report; exits 1 when anything failed. The static checks count as one test.
import { readFileSync } from 'node:fs'

const [reportFile, checks, testsExitCode] = process.argv.slice(2)

const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = readReport()
// A file that fails before its first test has no failed test of its own.
const brokenFiles = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.length,
)

const passed = numPassedTests + (checks === 'passed' ? 1 : 0)
let failed = numFailedTests + brokenFiles.length + (checks === 'passed' ? 0 : 1)
// Errors outside of tests fail the run too.
if (testsExitCode !== '0' && failed === 0) failed = 1
const skipped = numPendingTests + numTodoTests
const skippedPart = skipped > 0 ? `, ${skipped} skipped` : ''
process.stdout.write(`${passed} passed, ${failed} failed${skippedPart}\n`)
process.exitCode = failed > 0 ? 1 : 0

function readReport() {
  try {
    return JSON.parse(readFileSync(reportFile, 'utf8'))
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0, testResults: [] }
  }
}
