import { html } from '../../shared/html.ts'
import { consentPath } from '../consent/sign-in-path.ts'
import type { OauthSettings } from '../settings.ts'
import type { AuthorizationRequest } from '../stores.ts'
import { actions, layout, type Page } from './layout.ts'

const SECONDS = 2

/** Another load of the same address, or another tab, is finishing the sign-in. */
export function oneMomentPage(
  { requestId }: Pick<AuthorizationRequest, 'requestId'>,
  settings: OauthSettings,
): Page {
  const path = consentPath(requestId)
  const content = html`<p role="status">Your sign-in is being completed. This page goes on by itself.</p>
${actions(path, 'Go on now')}`
  return { body: layout('One moment, please', content, settings), refresh: { seconds: SECONDS, path } }
}
