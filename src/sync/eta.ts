/** What one request to a utility may take, by experience: the estimate that an `eta` is made of. */
const SECONDS_PER_WINDOW = 5

/** When this many windows will have been loaded, roughly. */
export function etaAfter(from: Date, windows: number): Date {
  return new Date(from.getTime() + (windows + 2) * SECONDS_PER_WINDOW * 1000)
}
