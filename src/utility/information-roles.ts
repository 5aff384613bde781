/** What a line of a bill says when it charges nothing. */
export const INFORMATION_ROLES = [
  'information',
  'payment',
  'amount_due',
  'due_date',
  'statement_date',
  'previous_balance',
  'unpaid_balance',
  'subtotal',
] as const
export type InformationRole = (typeof INFORMATION_ROLES)[number]
