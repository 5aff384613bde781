import type { Check } from './checks/check.ts'
import { checkGrantId } from './checks/grant-id.ts'
import { checkMergedSelections } from './checks/merged-selections.ts'
import { checkPkce } from './checks/pkce.ts'
import { checkRequestObject } from './checks/request-object.ts'
import { checkResponseMode } from './checks/response-mode.ts'

/**
 * Which rule on which endpoint, in this order, once client, redirect URI and response type are known to be right and scopes and
 * details have been read (CDS-WG3-01 §9.1.1 #auth-requests; the grant id comes last, CDS-WG1-02 §8.3).
 */
export const checks: Readonly<Record<'authorize' | 'par', readonly Check[]>> = {
  authorize: [checkRequestObject, checkResponseMode, checkPkce, checkMergedSelections, checkGrantId],
  par: [checkRequestObject, checkResponseMode, checkPkce, checkMergedSelections, checkGrantId],
}
