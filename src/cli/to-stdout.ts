import { Writable } from 'node:stream'
import type { EspiFeed } from '../espi/model.ts'
import type { Input } from './inputs.ts'
import { DONE, NOT_READABLE, SOMETHING_REFUSED } from './io.ts'
import { NOTHING_WRITTEN, summarise } from './summary.ts'
import { readOne, type TranslateCall, writeTranslation } from './translate-call.ts'

/** All feeds become one document on stdout; what cannot be read is left out and said. Gives the exit code. */
export async function toStdout(inputs: readonly (Input | string)[], call: TranslateCall): Promise<number> {
  const started = performance.now()
  const feeds: EspiFeed[] = []
  for (const input of inputs) {
    const feed = await readOne(input, call)
    if (feed) feeds.push(feed)
  }
  const unread = feeds.length < inputs.length ? NOT_READABLE : DONE
  const { strict } = call.options
  if (feeds.length === 0) return unread
  const watcher = call.report?.startGroup('All files together')
  // Strict: what is refused is known only when all is translated, so it is translated once for nobody.
  const first = await writeTranslation(feeds, strict ? nowhere() : call.io.stdout, call, watcher)
  watcher?.end(first)
  const code = Math.max(unread, first.refused.length > 0 ? SOMETHING_REFUSED : DONE)
  call.seen.mixed = feeds.length > 1 && first.refused.some(({ code }) => code === 'ambiguous_reading_type')
  if (strict && code === DONE) await writeTranslation(feeds, call.io.stdout, call)
  call.io.stderr.write(summarise(feeds, first, (performance.now() - started) / 1000))
  if (strict && code !== DONE) call.io.stderr.write(NOTHING_WRITTEN)
  return code
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}
