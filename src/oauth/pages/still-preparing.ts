import { html } from '../../shared/html.ts'
import type { OauthSettings } from '../settings.ts'
import { actions, layout, type Page } from './layout.ts'

/** Bounds of the pause, in seconds: a customer is waiting, and the utility may have named hours. */
const LEAST = 2
const MOST = 30

/** The utility answered 202: the page asks again by itself, without a script, and says so. */
export function stillPreparingPage(
  again: string | undefined,
  retryAfterMs: number,
  settings: OauthSettings,
): Page {
  const seconds = Math.min(Math.max(Math.ceil(retryAfterMs / 1000), LEAST), MOST)
  const content = html`<p role="status">You are signed in. Your utility is still preparing your data; this can take a few minutes.</p>
<p>This page tries again by itself every ${seconds} seconds. You can leave it open.</p>
${actions(again, 'Try again now')}`
  return {
    body: layout('One moment, please', content, settings),
    ...(again !== undefined && { refresh: { seconds, path: again } }),
  }
}
