import { generateFeed } from './feeds.ts'
import { READERS } from './readers.ts'
import { STYLES } from './styles.ts'

const ROUNDS = 5

/** What one reader did with one feed, in a process of its own: nobody waits for what another left behind. */
export interface Measured {
  bytes: number
  readings: number
  /** Of all values, as digits. */
  sum: string
  /** The best of several rounds. */
  seconds: number
}

async function measure(style: string, name: string): Promise<Measured> {
  const feed = STYLES[style]
  const reader = READERS.find((one) => one.name === name)
  if (!feed || !reader) throw new Error(`no feed "${style}" or no reader "${name}"`)
  const bytes = Buffer.concat([...generateFeed(feed.size, feed)])
  const { readings, sum } = await reader.find(bytes)
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    await reader.work(bytes)
    best = Math.min(best, performance.now() - start)
  }
  return { bytes: bytes.length, readings, sum: String(sum), seconds: best / 1000 }
}

const [style = '', name = ''] = process.argv.slice(2)
if (import.meta.main) console.log(JSON.stringify(await measure(style, name)))
