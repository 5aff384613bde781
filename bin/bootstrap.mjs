// Sets up what is missing (dependencies, Node.js 24), then runs one of the commands. Runs on Node.js 18 and newer with
// nothing installed. What it says goes to stderr: stdout belongs to the command.
import { runCommand } from './bootstrap/run.mjs'
import { SetUpError, say } from './bootstrap/say.mjs'
import { setUp } from './bootstrap/set-up.mjs'

try {
  await runCommand(await setUp(), process.argv.slice(2))
} catch (error) {
  if (!(error instanceof SetUpError)) throw error
  say(error.message)
  process.exitCode = 1
}
