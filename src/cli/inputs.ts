import { existsSync } from 'node:fs'
import { glob, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { fileChunks } from './file-chunks.ts'

/** One file to be read, or standard input. */
export interface Input {
  /** As people call it. */
  name: string
  /** Where its output goes: the name without folder and without `.xml`, `.gz`. */
  stem: string
  /** Bytes on disk, undefined where nobody knows. */
  size: number | undefined
  /** Standard input cannot be opened again. */
  readOnce: boolean
  /** A chunk's memory may be used again once the next is asked for. */
  open(): AsyncIterable<Uint8Array>
}

/** All bytes of an input. Each chunk is copied before the next is asked for: what reads ahead would find them changed. */
export async function bytesOf(input: Pick<Input, 'open'>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of input.open()) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/**
 * The arguments of a command become its inputs, in the order given, each file once: paths, quoted patterns
 * (`'bills-*.xml'`), `-` for standard input. A text is what is wrong with one of them.
 */
export async function findInputs(names: readonly string[], stdin: Readable): Promise<(Input | string)[]> {
  const found = new Map<string, Input | string>()
  for (const name of names) {
    if (name === '-')
      found.set('-', {
        name: 'standard input',
        stem: 'stdin',
        size: undefined,
        readOnce: true,
        open: () => stdin,
      })
    else for (const [key, input] of await namedFiles(name)) if (!found.has(key)) found.set(key, input)
  }
  return [...found.values()]
}

async function namedFiles(name: string): Promise<[string, Input | string][]> {
  if (existsSync(name) || !isPattern(name)) return [[path.resolve(name), await fileInput(name)]]
  const files: string[] = []
  for await (const entry of glob(name, { withFileTypes: true })) {
    if (entry.isFile()) files.push(path.relative('.', path.join(entry.parentPath, entry.name)))
  }
  if (files.length === 0) return [[name, `${name}: no file matches this pattern; check it`]]
  return await Promise.all(
    files.sort().map(async (file): Promise<[string, Input]> => [path.resolve(file), await fileInput(file)]),
  )
}

function isPattern(name: string): boolean {
  return /[*?[{]/.test(name)
}

async function fileInput(file: string): Promise<Input> {
  const stats = await stat(file).catch(() => undefined)
  const stem = path
    .basename(file)
    .replace(/\.gz$/i, '')
    .replace(/\.xml$/i, '')
  return { name: file, stem, size: stats?.size, readOnce: false, open: () => fileChunks(file, stats) }
}
