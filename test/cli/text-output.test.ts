import { Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { TextOutput } from '../../src/cli/text-output.ts'

/** What reaches a stream that is slow to look at what it was given. */
async function written(texts: readonly string[]): Promise<string> {
  const pieces: Buffer[] = []
  const slow = new Writable({
    write: (chunk: Buffer, _encoding, done) =>
      setImmediate(() => {
        pieces.push(Buffer.from(chunk))
        done()
      }),
  })
  const output = new TextOutput(slow)
  for (const text of texts) if (output.add(text)) await output.flush()
  await output.flush()
  return Buffer.concat(pieces).toString()
}

it('writes every text whole and in order, short or long, ASCII or not', async () => {
  const texts = [3, 70_000, 1, 130_000, 300_000, 0, 40_000, 40_000].flatMap((length, at) => [
    'abcdefgh'.charAt(at).repeat(length),
    'é€😀'.repeat(length / 8),
  ])
  expect((await written(texts)) === texts.join('')).toBe(true)
})
