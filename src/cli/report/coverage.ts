export interface Stretch {
  start: number
  end: number
}

/** Which stretches of time have values; epoch seconds. */
export class Coverage {
  private readonly stretches: Stretch[] = []

  add(start: number, end: number): void {
    const last = this.stretches.at(-1)
    if (last && last.end === start) last.end = end
    else this.stretches.push({ start, end })
  }

  /** What lies between covered stretches, and what is covered twice. */
  holes(): { covered: Stretch[]; gaps: Stretch[]; overlaps: Stretch[] } {
    const covered: Stretch[] = []
    const gaps: Stretch[] = []
    const overlaps: Stretch[] = []
    for (const { start, end } of this.stretches.toSorted((a, b) => a.start - b.start)) {
      const last = covered.at(-1)
      if (last && start <= last.end) {
        if (start < last.end) overlaps.push({ start, end: Math.min(end, last.end) })
        last.end = Math.max(last.end, end)
      } else {
        if (last) gaps.push({ start: last.end, end: start })
        covered.push({ start, end })
      }
    }
    return { covered, gaps, overlaps }
  }

  /** Whether both have values for a stretch of time. */
  meets(other: Coverage): boolean {
    const both = [...this.holes().covered, ...other.holes().covered]
    const sorted = both.sort((a, b) => a.start - b.start)
    return sorted.some(({ start }, at) => start < (sorted[at - 1]?.end ?? start))
  }

  /** Seconds with values. */
  seconds(): number {
    return this.stretches.reduce((sum, { start, end }) => sum + end - start, 0)
  }
}
