import { newLogger } from '../../src/shared/logger.ts'
import { startEmbeddedPostgres } from '../../src/store/embedded.ts'

/** A gateway reduced to its database: `node embedded-parent.ts DIR RESTARTS` prints `ready <socket>`, or why not, with exit code 1. */
const [dataDir = '', restarts = '5'] = process.argv.slice(2)
try {
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: newLogger('silent'),
    restarts: { times: Number(restarts), withinMs: 600_000, pauseMs: 100 },
    onDeath: (error) => {
      process.stdout.write(`died ${error.message}\n`)
      process.exit(3)
    },
  })
  const stop = async (): Promise<void> => {
    await postgres.stop()
    process.stdout.write('stopped\n')
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  process.stdout.write(`ready ${postgres.address.host}\n`)
} catch (error) {
  process.stdout.write(`${error instanceof Error ? `${error.name}: ${error.message}` : error}\n`)
  process.exitCode = 1
}
