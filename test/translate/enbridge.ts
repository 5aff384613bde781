import type { Billing } from '../../src/utility/quirks.ts'

/** What Enbridge's bills need to be understood: its lines of kind 10 are charges, and one charge stands there twice. */
export const ENBRIDGE: Billing = {
  billedElement: 'currentBillingPeriodOverAllConsumption',
  lines: {
    'customer charge': 'fixed_charge',
    'gas supply charge': 'supply',
    'gas service provider supply charge': 'information',
    'hydrogen blended credit': 'other',
    'expansion surcharge': 'other',
    'contract demand charge': 'other',
    'load balancing charge': 'other',
  },
}
