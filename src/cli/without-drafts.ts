import type { StagedFiles } from './staged-files.ts'

/** Runs work that stages files; whatever ends it, an error or Ctrl-C, leaves no draft behind. */
export async function withoutDrafts<T>(
  staged: Pick<StagedFiles, 'discard'>,
  work: () => Promise<T>,
): Promise<T> {
  const end = (signal: NodeJS.Signals): void => {
    staged.discard()
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.once('SIGINT', end).once('SIGTERM', end)
  try {
    return await work()
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end)
    staged.discard()
  }
}
