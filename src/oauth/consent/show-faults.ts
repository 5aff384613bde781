import type { ErrorRequestHandler, Request, Response } from 'express'
import {
  AuthorizationWithdrawnError,
  NotYetError,
  SignInNeededError,
  UnderWayError,
  UpstreamError,
} from '../../shared/errors.ts'
import type { Logger } from '../../shared/logger.ts'
import { OAuthError } from '../errors.ts'
import { invalidRequestPage } from '../pages/invalid-request.ts'
import type { Page } from '../pages/layout.ts'
import { sendPage } from '../pages/send-page.ts'
import { signInNeededPage } from '../pages/sign-in-needed.ts'
import { stillPreparingPage } from '../pages/still-preparing.ts'
import { utilityTroublePage } from '../pages/utility-trouble.ts'
import type { OauthSettings } from '../settings.ts'
import { consentPath, signInPath } from './sign-in-path.ts'

/**
 * People read pages, not JSON: whatever goes wrong between the client's link and the decision is told in words. What is neither theirs nor the
 * utility's fault goes on to the error handler, which tells it in words too.
 */
export function showFaults(deps: {
  settings: OauthSettings
  log: Pick<Logger, 'warn'>
}): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error)
    const told = toPage(error, requestIdOf(request, response), deps)
    if (!told) return next(error)
    sendPage(response, told.status, told.page)
  }
}

/** The request that the customer is in the middle of; undefined outside of one. */
function requestIdOf(request: Request, response: Response): string | undefined {
  const kept: unknown = response.locals.requestId
  if (typeof kept === 'string') return kept
  const { id } = request.params
  return typeof id === 'string' ? id : undefined
}

function toPage(
  error: unknown,
  requestId: string | undefined,
  { settings, log }: Parameters<typeof showFaults>[0],
): { status: number; page: Page } | undefined {
  const again = requestId === undefined ? undefined : consentPath(requestId)
  if (error instanceof OAuthError)
    return { status: 400, page: invalidRequestPage(error.description, settings) }
  if (error instanceof NotYetError || error instanceof UnderWayError) {
    return { status: 202, page: stillPreparingPage(again, error.retryAfterMs, settings) }
  }
  if (error instanceof AuthorizationWithdrawnError || error instanceof SignInNeededError) {
    log.warn({ err: error }, 'an authorization ended during a consent')
    const start = requestId === undefined ? undefined : signInPath(requestId)
    return { status: 409, page: signInNeededPage(start, settings) }
  }
  if (error instanceof UpstreamError) {
    log.warn({ err: error }, 'a utility did not answer during a consent')
    return { status: 503, page: utilityTroublePage(again, settings) }
  }
  if (isUnreadable(error)) {
    return { status: 400, page: invalidRequestPage('what your browser sent cannot be read', settings) }
  }
  return undefined
}

/** What express could not read of a form, or a NUL that PostgreSQL takes nowhere (SQLSTATE 22021). */
function isUnreadable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('status' in error && typeof error.status === 'number') return error.status >= 400 && error.status < 500
  return 'code' in error && error.code === '22021'
}
