import { codeOf } from '../../shared/code-of.ts'
import type { UtilityAuthorizationId } from '../../shared/ids.ts'
import type { ConsentDeps } from './consent-deps.ts'

/** Gives up a sign-in that no grant will come of. The customer goes on even if that fails: the daily round takes what is left. */
export async function giveUp(
  id: UtilityAuthorizationId | undefined,
  { customerSignIn, log }: Pick<ConsentDeps, 'customerSignIn' | 'log'>,
): Promise<void> {
  if (id === undefined) return
  await customerSignIn
    .giveUp(id)
    .catch((error: unknown) =>
      log.error(
        { authorization: id, error: codeOf(error) },
        'a sign-in without a grant is left to the daily round',
      ),
    )
}
