/** What `inspect` shows of one or several feeds, as `--json` writes it. Links, ids and numbers; no names, no addresses. */
export interface Inspection {
  files: { file: string; bytes: number; entries: number; readings: number; self?: string }[]
  /** How many payloads of each ESPI element. */
  payloads: Record<string, number>
  /** Usage points and customer accounts, with what hangs on them. */
  tree: TreeNode[]
  /** What found no parent, or takes no part in the tree. */
  apart: TreeNode[]
  quirks: Quirk[]
}

export interface TreeNode {
  /** The ESPI element. */
  element: string
  /** Where several files were given. */
  file?: string
  /** The entry's number in its file; absent when the feed holds no such entry. */
  entry?: number
  /** Links, without white space around them. */
  self?: readonly string[]
  up?: readonly string[]
  related?: readonly string[]
  /** By which rule it was joined to the node above. */
  joined_by?: string
  /** What its codes mean. */
  words?: string
  readings?: number
  from?: string
  to?: string
  children?: TreeNode[]
}

/** Something that real feeds do and a reader has to know. */
export interface Quirk {
  code: string
  text: string
  count: number
  /** The first few entries it was seen in. */
  entries: string[]
}
