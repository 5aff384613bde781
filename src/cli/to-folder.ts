import type { Input } from './inputs.ts'
import { DONE, NOT_READABLE, SOMETHING_REFUSED } from './io.ts'
import { existing, outputFile } from './output-files.ts'
import { NOTHING_WRITTEN, summarise } from './summary.ts'
import { readOne, type TranslateCall, writeTranslation } from './translate-call.ts'
import { formatOf } from './translate-options.ts'

/**
 * Each input becomes a file of its own, whole or not at all, one after the other. With `strict` nothing appears unless
 * every input went through whole. Gives the exit code, the worst of all.
 */
export async function toFolder(
  inputs: readonly (Input | string)[],
  folder: string,
  call: TranslateCall,
): Promise<number> {
  let worst = DONE
  for (const input of inputs) {
    worst = Math.max(worst, await translateOne(input, folder, call))
    if (!call.options.strict) worst = Math.max(worst, await commit(call))
  }
  if (!call.options.strict || worst === DONE) return Math.max(worst, await commit(call))
  call.staged.discard()
  call.io.stderr.write(NOTHING_WRITTEN)
  return worst
}

async function translateOne(input: Input | string, folder: string, call: TranslateCall): Promise<number> {
  const started = performance.now()
  const feed = await readOne(input, call)
  if (!feed || typeof input === 'string') return NOT_READABLE
  const watcher = call.report?.startGroup(input.name)
  const file = outputFile(folder, input, formatOf(call.options))
  const written = await writeTranslation([feed], await call.staged.open(file), call, watcher)
  watcher?.end(written)
  const seconds = (performance.now() - started) / 1000
  // With `strict` nobody knows yet whether it will be there.
  const name = call.options.strict ? input.name : `${input.name} → ${file}`
  call.io.stderr.write(`${name}\n${summarise([feed], written, seconds)}`)
  return written.refused.length > 0 ? SOMETHING_REFUSED : DONE
}

async function commit({ staged, io }: TranslateCall): Promise<number> {
  const taken = await staged.commit()
  for (const file of taken) io.stderr.write(`gbcds translate: ${existing(file)}\n`)
  return taken.length > 0 ? NOT_READABLE : DONE
}
