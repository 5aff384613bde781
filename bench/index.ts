import { cpus } from 'node:os'
import { Argument, Command } from 'commander'

interface Bench {
  about: string
  run(): Promise<void>
}

/** Each loads its file when its turn comes, so that none weighs on another's figures. */
const BENCHES: ReadonlyMap<string, Bench> = new Map([
  [
    'translate',
    {
      about: 'Translation of ESPI to CDS JSON, beside fast-xml-parser',
      run: async () => (await import('./translate.ts')).run(),
    },
  ],
  [
    'listing',
    {
      about: 'Listings of customer data over HTTP, beside a bare node:http server',
      run: async () => (await import('./listing.ts')).run(),
    },
  ],
])

const list = [...BENCHES].map(([name, { about }]) => `  ${name.padEnd(12)}${about}`).join('\n')
const program = new Command('npm run bench --')
  .description('Measures the gateway on this machine and prints what came out; nothing is asserted.')
  .addArgument(new Argument('[name]', 'one benchmark alone').choices([...BENCHES.keys()]))
  .addHelpText('after', `\nBenchmarks:\n${list}`)
  .action(runAll)

async function runAll(only: string | undefined): Promise<void> {
  const [cpu] = cpus()
  console.log(`${cpu?.model.trim()}, ${cpus().length} cores, ${process.platform} ${process.arch}`)
  console.log(`Node.js ${process.version}, ${new Date().toISOString().slice(0, 10)}`)
  for (const [name, { about, run }] of BENCHES) {
    if (only !== undefined && only !== name) continue
    console.log(`\n${about}\n`)
    await run()
  }
}

// Ended early, what a benchmark started still ends with it: that happens on exit.
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  process.once(signal, () => process.exit(128 + number))
}
await program.parseAsync()
