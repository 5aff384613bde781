import { spawn } from 'node:child_process'
import { cpus } from 'node:os'
import path from 'node:path'
import { Argument, Command } from 'commander'

const BENCHES = {
  translate: 'Translation of ESPI to CDS JSON, beside fast-xml-parser',
  pages: 'Pages of usage made of stored pieces, beside zlib alone',
  listing: 'Listings of customer data over HTTP, beside a bare node:http server',
  growth: 'Pages of the store over growing history and growing numbers of grants',
}

const list = Object.entries(BENCHES).map(([name, about]) => `  ${name.padEnd(12)}${about}`)
const program = new Command('npm run bench --')
  .description('Measures the gateway on this machine and prints what came out; nothing is asserted.')
  .addArgument(new Argument('[name]', 'one benchmark alone').choices(Object.keys(BENCHES)))
  .addHelpText('after', `\nBenchmarks:\n${list.join('\n')}`)
  .action(runAll)

async function runAll(only: string | undefined): Promise<void> {
  const [cpu] = cpus()
  console.log(`${cpu?.model.trim()}, ${cpus().length} cores, ${process.platform} ${process.arch}`)
  console.log(`Node.js ${process.version}, ${new Date().toISOString().slice(0, 10)}`)
  for (const [name, about] of Object.entries(BENCHES)) {
    if (only !== undefined && only !== name) continue
    console.log(`\n${about}\n`)
    process.exitCode = await runAlone(name)
    if (process.exitCode !== 0) return
  }
}

/** Each benchmark in a process of its own: what one leaves in memory weighs on nobody else's figures. */
async function runAlone(name: string): Promise<number> {
  const file = path.join(import.meta.dirname, `${name}.ts`)
  const child = spawn(process.execPath, [file], { stdio: 'inherit' })
  const forwards = (['SIGINT', 'SIGTERM'] as const).map((signal) => {
    const forward = (): void => void child.kill(signal)
    process.on(signal, forward)
    return () => process.off(signal, forward)
  })
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode) => resolve(exitCode ?? 1))
  })
  for (const stop of forwards) stop()
  return code
}

await program.parseAsync()
