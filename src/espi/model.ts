import type { Readings } from './readings.ts'

/** Which vocabulary an element belongs to. `none`: no namespace, or a prefix nobody declared. */
export type Vocabulary = 'atom' | 'usage' | 'customer' | 'none' | 'foreign'

/** One XML element of a payload whose number does not grow with the readings. */
export interface Element {
  name: string
  vocabulary: Vocabulary
  /** Character data directly inside, as written. */
  text: string
  children: Element[]
  /** Names of attributes that ESPI does not know. */
  unknownAttributes?: readonly string[]
}

/** A payload that is kept as its elements: everything but IntervalBlock. */
export interface Resource {
  type: 'resource'
  /** The XSD's element name, e.g. `UsagePoint`, `CustomerAgreement`. */
  name: string
  element: Element
}

/** A record inside an IntervalBlock that could not be read. The values beside it are kept. */
export interface BlockFault {
  code: string
  field: string
  value?: string | undefined
  count: number
}

/** One ESPI IntervalBlock; its readings are the rows `from` ≤ row < `to` of the feed's `readings`. */
export interface IntervalBlock {
  type: 'intervalBlock'
  name: 'IntervalBlock'
  start: number | undefined
  duration: number | undefined
  from: number
  to: number
  faults: readonly BlockFault[]
}

export type Payload = Resource | IntervalBlock

/** One Atom entry, or a payload that came without one. Hrefs are as written. */
export interface Entry {
  /** 1-based, in document order. */
  number: number
  line: number
  id: string | undefined
  self: readonly string[]
  up: readonly string[]
  related: readonly string[]
  /** Epoch milliseconds of atom:updated, 0 when absent or unreadable. */
  updated: number
  /** What atom:updated says where it could not be read. */
  unreadUpdated?: string
  payloads: readonly Payload[]
}

/** What was read of one or several concatenated documents. */
export interface EspiFeed {
  /** The feed's own `self` link, as written. */
  self: string | undefined
  entries: Entry[]
  readings: Readings
  /** Bytes read, after decompression. */
  bytes: number
}
