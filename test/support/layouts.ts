/** The ways in which the tables of customer data may lie: what a store does, it does on each (`DATABASE_PARTITIONS`). */
export const LAYOUTS = [
  { layout: 'plain tables', partitions: 1 },
  { layout: 'partitioned tables', partitions: 4 },
] as const
