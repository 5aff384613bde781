import type { ErrorRequestHandler, Request, Response } from 'express'
import { OAuthError, toChallenge, toErrorBody } from '../oauth/errors.ts'
import { sendPage } from '../oauth/pages/send-page.ts'
import { troublePage } from '../oauth/pages/trouble.ts'
import { TooManyRequestsError } from '../oauth/rate-limit.ts'
import type { OauthSettings } from '../oauth/settings.ts'
import { codeOf } from '../shared/code-of.ts'
import { UpstreamError } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import { RequestError } from '../shared/request-error.ts'

export interface ErrorHandlerDeps {
  log: Logger
  settings: Pick<OauthSettings, 'name' | 'support'>
  /** Whether an error says that the database cannot be used at the moment. */
  isUnavailable(error: unknown): boolean
}

/**
 * Every error becomes its answer. CDS names status codes but no body: ours is that of RFC 6749 §5.2 everywhere, and a page where people
 * read. What is our own mistake is logged and answered neutrally.
 */
export function errorHandler({ log, settings, isUnavailable }: ErrorHandlerDeps): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error)
    if (error instanceof OAuthError) return sendOAuthError(response, error)
    if (error instanceof RequestError) return send(response, error.status, nameOf(error.status), error.detail)
    if (error instanceof TooManyRequestsError) {
      response.set('Retry-After', String(Math.ceil(error.retryAfterMs / 1000)))
      return send(response, 429, 'too_many_requests', error.message)
    }
    const fault = bodyFault(error) ?? textFault(error)
    if (fault) return send(response, fault.status, 'invalid_request', fault.description)
    if (error instanceof UpstreamError) {
      log.warn({ err: error }, 'a utility did not answer')
      response.set('Retry-After', '60')
      return send(response, 503, 'temporarily_unavailable', 'the utility is not answering; try again later')
    }
    const away = isUnavailable(error)
    if (away) {
      log.warn({ error: codeOf(error) }, 'the database is away')
      response.set('Retry-After', String(AWAY_SECONDS))
    } else {
      log.error({ error: describe(error) }, 'a request failed')
    }
    if (isForPeople(request)) return sendPage(response, away ? 503 : 500, troublePage(away, settings))
    if (away) {
      return send(
        response,
        503,
        'temporarily_unavailable',
        'the server is busy or restarting; try again soon',
      )
    }
    return send(response, 500, 'server_error', 'something went wrong on our side')
  }
}

/** A restart of PostgreSQL takes seconds. */
const AWAY_SECONDS = 5

/** Pages that people open; everything else is for programs, unless a browser asks. */
const PAGES = /^\/(oauth\/(consent|authorize|utility-callback|default-redirect)|self-access|receipts)(\/|$)/

function isForPeople(request: Request): boolean {
  return PAGES.test(request.path) || request.accepts(['json', 'html']) === 'html'
}

function sendOAuthError(response: Response, error: OAuthError): void {
  const challenge = toChallenge(error)
  if (challenge !== undefined) response.set('WWW-Authenticate', challenge)
  response.status(error.status).set('Cache-Control', 'no-store').json(toErrorBody(error))
}

function send(response: Response, status: number, error: string, error_description: string): void {
  response.status(status).set('Cache-Control', 'no-store').json({ error, error_description })
}

function nameOf(status: number): string {
  return status === 404 ? 'not_found' : 'invalid_request'
}

/** What express could not read of a request: its own words may quote the body, so they go nowhere. */
const BODY_FAULTS: Readonly<Record<string, string>> = {
  'entity.parse.failed': 'the body is not valid JSON',
  'entity.too.large': 'the body is too large',
  'encoding.unsupported': 'the Content-Encoding is not supported',
  'charset.unsupported': 'the charset is not supported; use UTF-8',
  'parameters.too.many': 'the form has too many fields',
  'request.aborted': 'the body ended early',
  'request.size.invalid': 'the body is not as long as Content-Length says',
}

/** PostgreSQL stores no NUL in a text (SQLSTATE 22021, 22P05): who sends one asked wrongly, wherever it was. */
function textFault(error: unknown): { status: number; description: string } | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  if (error.code !== '22021' && error.code !== '22P05') return undefined
  return { status: 400, description: 'the request holds a NUL character' }
}

/** Of an error that nobody foresaw, what cannot hold a row or a value: the driver adds both to its own. */
function describe(error: unknown): { name: string; message: string; stack: string | undefined } {
  if (!(error instanceof Error)) return { name: 'not an Error', message: typeof error, stack: undefined }
  return { name: error.name, message: error.message, stack: error.stack }
}

function bodyFault(error: unknown): { status: number; description: string } | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined
  if (error.status < 400 || error.status > 499) return undefined
  const type = 'type' in error ? String(error.type) : ''
  return { status: error.status, description: BODY_FAULTS[type] ?? 'the request cannot be read' }
}
