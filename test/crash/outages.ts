/** What others depend on: when it was last put right. Who starts without it is not to blame for starting late. */
export class Outages {
  private readonly since = new Map<string, number>()

  note(name: string): void {
    this.since.set(name, Date.now())
  }

  /** Epoch milliseconds since which nothing of what a process depends on was away. */
  allWellSince(names: readonly string[]): number {
    return Math.max(0, ...names.map((name) => this.since.get(name) ?? 0))
  }
}
