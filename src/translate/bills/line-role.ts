import type { LineItemType } from '../../cds/wire/bill-section.ts'
import { INFORMATION_ROLES, type InformationRole } from '../../utility/information-roles.ts'
import { lineKey } from '../../utility/line-key.ts'

/** What a line of a bill is: a charge or credit with its CDS types, or something to know. */
export type LineRole =
  | { charge: true; types: LineItemType[]; credit: boolean }
  | { charge: false; role: InformationRole }

/** ESPI ItemKind to CDS-WG3-01 §10.6.8 #bill-section-line-item-types. Every kind but 9 and 10 is a charge or a credit. */
export const lineItemKinds: ReadonlyMap<number, LineRole> = new Map<number, LineRole>([
  // Energy Generation Fee
  [1, { charge: true, types: ['supply'], credit: false }],
  // Energy Delivery Fee
  [2, { charge: true, types: ['distribution'], credit: false }],
  // Energy Usage Fee
  [3, { charge: true, types: ['usage_charge'], credit: false }],
  // Administrative Fee
  [4, { charge: true, types: ['fixed_charge'], credit: false }],
  // Tax
  [5, { charge: true, types: ['tax'], credit: false }],
  // Energy Generation Credit
  [6, { charge: true, types: ['supply'], credit: true }],
  // Energy Delivery Credit
  [7, { charge: true, types: ['distribution'], credit: true }],
  // Administrative Credit
  [8, { charge: true, types: ['fixed_charge'], credit: true }],
  // Payment for a previous billing
  [9, { charge: false, role: 'payment' }],
  // Information
  [10, { charge: false, role: 'information' }],
])

/**
 * Lines that custodians add beside the charges, under any itemKind: counted among them, a bill would come out at three times its
 * size. Whole texts, lower case; a utility's profile may name more (`quirks.billing.lines`).
 */
const NOTES: Readonly<Record<string, InformationRole>> = {
  'amount due': 'amount_due',
  'total amount due': 'amount_due',
  'due date': 'due_date',
  'bill date': 'statement_date',
  'previous balance': 'previous_balance',
  'balance forward': 'unpaid_balance',
  'payments received': 'payment',
  'new charges this period': 'subtotal',
  'total gas charges': 'subtotal',
  'total electric charges': 'subtotal',
  'total electricity charges': 'subtotal',
  'total water charges': 'subtotal',
  'total energy charges': 'subtotal',
  'total charges': 'subtotal',
  'total current charges': 'subtotal',
  'total new charges': 'subtotal',
}

/** The words a utility's profile may give a line: an information role or a CDS line item type. */
export type LineWord = InformationRole | LineItemType

const INFORMATION: ReadonlySet<string> = new Set(INFORMATION_ROLES)

/** What a line is: by the utility's own words, by the well-known ones, by its itemKind; a charge of unknown type else. */
export function lineRoleOf(
  note: string,
  kind: number | undefined,
  words: Readonly<Record<string, LineWord>>,
): LineRole {
  const text = lineKey(note)
  const word = Object.hasOwn(words, text) ? words[text] : Object.hasOwn(NOTES, text) ? NOTES[text] : undefined
  if (word !== undefined) return isInformation(word) ? { charge: false, role: word } : charge(word)
  return (
    (kind === undefined ? undefined : lineItemKinds.get(kind)) ?? { charge: true, types: [], credit: false }
  )
}

function charge(type: LineItemType): LineRole {
  return { charge: true, types: [type], credit: false }
}

function isInformation(word: LineWord): word is InformationRole {
  return INFORMATION.has(word)
}
