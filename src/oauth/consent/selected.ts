import { OAuthError } from '../errors.ts'
import type { Decision } from './approve.ts'
import type { CustomerContract } from './customer-sign-in.ts'
import type { Section } from './sections.ts'

/** What was ticked in each section of the form that was sent. Contracts that are not the customer's end the request. */
export function readSelected(
  body: unknown,
  sections: readonly Section[],
  contracts: readonly CustomerContract[],
): Decision[] {
  const fields = new Map(typeof body === 'object' && body !== null ? Object.entries(body) : [])
  const own = contracts.map(({ contractId }) => contractId)
  return sections.map((section, index) => {
    const ticked = [fields.get(`contract.${index}`) ?? []].flat().map(String)
    if (ticked.some((id) => !own.includes(id))) {
      throw new OAuthError(
        'invalid_request',
        'the form names a service that is not on it; go back and try again',
      )
    }
    return {
      section,
      selection: {
        serviceContractIds: fields.get(`all.${index}`) === 'yes' ? own : ticked,
        includeFuture: fields.get(`future.${index}`) === 'yes',
      },
    }
  })
}
