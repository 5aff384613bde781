import { existsSync, linkSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { draftStream } from './draft-stream.ts'

interface Draft {
  file: string
  draft: string
  stream: Writable
}

/**
 * Files that appear whole or not at all: each is written beside its place under another name, and moved there by `commit`.
 * Without `force` one that is there already is never replaced. They hold customer data: only their owner may read them.
 */
export class StagedFiles {
  private readonly force: boolean
  private readonly drafts: Draft[] = []
  /** Folders that were not there, outermost first. */
  private readonly folders: string[] = []

  constructor(force: boolean) {
    this.force = force
  }

  async open(file: string): Promise<Writable> {
    await this.makeFolder(path.dirname(path.resolve(file)))
    const draft = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.part`)
    const stream = draftStream(draft)
    this.drafts.push({ file, draft, stream })
    // What fails later is told by `finished`, or nobody asks any more.
    stream.on('error', () => undefined)
    return stream
  }

  /** Ends what is open and moves everything to its place. Gives the files that were there already, and stayed as they were. */
  async commit(): Promise<string[]> {
    const taken: string[] = []
    for (const { file, draft, stream } of this.drafts.splice(0)) {
      stream.end()
      await finished(stream)
      if (!this.move(draft, file)) taken.push(file)
    }
    return taken
  }

  /** Removes what is not committed, and folders that were made for it. Waits for nothing, so that it can run while the process is being ended. */
  discard(): void {
    for (const { draft, stream } of this.drafts.splice(0)) {
      stream.destroy()
      rmSync(draft, { force: true })
    }
    for (const folder of this.folders.splice(0).reverse()) removeEmpty(folder)
  }

  private async makeFolder(folder: string): Promise<void> {
    // One by one: where a folder cannot be, `recursive` may try for ever (below /proc).
    const missing: string[] = []
    for (let outer = folder; !existsSync(outer); outer = path.dirname(outer)) missing.unshift(outer)
    for (const one of missing) {
      await mkdir(one)
      this.folders.push(one)
    }
  }

  private move(draft: string, file: string): boolean {
    try {
      if (this.force) renameSync(draft, file)
      else linkSync(draft, file)
      return true
    } catch (error) {
      if (!this.force && existsSync(file)) return false
      throw error
    } finally {
      rmSync(draft, { force: true })
    }
  }
}

/** What somebody else has put there stays. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch (error) {
    if (!existsSync(folder)) return
    if (readdirSync(folder).length === 0) throw error
  }
}
