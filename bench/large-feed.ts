import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { translate } from './readers.ts'

/** `node large-feed.ts FILE` translates one file and prints its size, the rate and the peak memory of the process. */
const file = process.argv[2] ?? ''
const megabytes = statSync(file).size / 1e6
const start = performance.now()
const { readings } = await translate(createReadStream(file))
const rate = megabytes / ((performance.now() - start) / 1000)
const peak = (peakKibibytes() * 1024) / 1e6
console.log(
  `${megabytes.toFixed(0).padStart(5)} MB, ${readings} readings  ${rate.toFixed(0).padStart(5)} MB/s  peak ${peak.toFixed(0)} MB`,
)

/** A process inherits the maximum that getrusage reports from the one that started it; Linux keeps its own apart. */
function peakKibibytes(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'latin1') : ''
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS)
}
