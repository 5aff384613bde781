import type { ConfigSource } from '../config.ts'
import { consentSteps, type Step, type WalkThroughFacts, walkThrough } from '../http/walk-through.ts'
import { runProcesses } from './run-processes.ts'

/** Web, worker and sandbox in one process: what `npm start` runs. Prints where they are and how to get to data. */
export async function run(
  source: ConfigSource,
  print: (text: string) => void = (text) => process.stdout.write(text),
): Promise<void> {
  await runProcesses(source, {
    serve: true,
    work: true,
    ready: (facts, urls) => print(greeting(facts, urls)),
  })
}

function greeting(
  facts: WalkThroughFacts | undefined,
  { gateway, sandbox }: { gateway: string; sandbox: string | undefined },
): string {
  const urls = [`Gateway:  ${gateway}/`, ...(sandbox ? [`Sandbox:  ${sandbox}/`] : []), 'Stop with Ctrl-C.']
  const steps = facts ? [...walkThrough(facts), ...consentSteps(facts)] : []
  return `\n${urls.join('\n')}\n\n${steps.map(toText).join('\n')}\n`
}

function toText({ title, command }: Step, index: number): string {
  return `# ${index + 1}. ${title}\n${command}\n`
}
