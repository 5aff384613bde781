/** What may be told of an error that is not ours: its code, else its name. Its message may hold a value. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
