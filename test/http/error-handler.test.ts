import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorHandler } from '../../src/http/error-handler.ts'
import { OAuthError } from '../../src/oauth/errors.ts'
import { UpstreamError } from '../../src/shared/errors.ts'
import { newLogger } from '../../src/shared/logger.ts'
import { RequestError } from '../../src/shared/request-error.ts'
import { isUnavailable } from '../../src/store/database-errors.ts'
import { call, type OauthApp, register, startOauthApp } from '../support/oauth-app.ts'

const lines: string[] = []
const log = newLogger(
  'info',
  new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  }),
)
let fault: unknown
const app = express()
app.get('/{*path}', () => {
  throw fault
})
app.use(
  errorHandler({ log, settings: { name: 'Test', support: 'https://gateway.test/support' }, isUnavailable }),
)
const server = createServer(app).listen(0, '127.0.0.1')
afterAll(() => server.close())

const answer = (error: unknown, path = '/') => {
  fault = error
  return call(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
}

describe('errors become answers', () => {
  it.each([
    [new RequestError(404, 'no such thing'), 404, 'not_found'],
    [new RequestError(400, 'wrong'), 400, 'invalid_request'],
    [new OAuthError('invalid_grant', 'used'), 400, 'invalid_grant'],
    [new UpstreamError('down', { utilityId: 'u' }), 503, 'temporarily_unavailable'],
    [new Error('our mistake'), 500, 'server_error'],
    ['a string', 500, 'server_error'],
  ])('%s', async (error, status, code) => {
    const { status: given, body } = await answer(error)
    expect([given, body.error]).toEqual([status, code])
  })

  it.each(['57P01', 'ECONNREFUSED', '40P01'])(
    'a database that is away (%s) is 503 with Retry-After',
    async (code) => {
      const { status, body, headers } = await answer(Object.assign(new Error('Jo'), { code }), '/oauth/token')
      expect([status, headers.get('retry-after'), headers.get('cache-control')]).toEqual([
        503,
        '5',
        'no-store',
      ])
      expect(body).toEqual({
        error: 'temporarily_unavailable',
        error_description: 'the server is busy or restarting; try again soon',
      })
      expect(lines.at(-1)).not.toContain('Jo')
    },
  )

  it.each([
    '/oauth/authorize',
    '/oauth/consent/r_1',
    '/oauth/utility-callback',
    '/self-access/x',
    '/receipts/x',
  ])('people read a page at %s, when the database is away and when we made a mistake', async (path) => {
    const away = await answer(Object.assign(new Error('x'), { code: '57P01' }), path)
    expect([away.status, away.headers.get('retry-after'), away.headers.get('content-type')]).toEqual([
      503,
      '5',
      'text/html; charset=utf-8',
    ])
    expect(away.text).toContain('This server is restarting or very busy.')
    const mistake = await answer(new Error('our mistake'), path)
    expect([mistake.status, mistake.headers.get('content-type')]).toEqual([500, 'text/html; charset=utf-8'])
    expect(mistake.text).toContain('Something went wrong on our side.')
    expect(mistake.text).not.toContain('our mistake')
  })

  it('challenges in the header too (RFC 6750 §3), with signs a header may hold (RFC 6749 §5.2)', async () => {
    const { headers, status } = await answer(new OAuthError('invalid_token', 'say "please"\r\nX: ünï'))
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toBe(
      `Bearer realm="cds", error="invalid_token", error_description="say 'please'??X: ?n?"`,
    )
  })

  it('keeps our mistakes to the log, and what a driver adds to an error out of it', async () => {
    const secret = Object.assign(new Error('insert failed'), {
      detail: 'Key (name)=(Jo)',
      parameters: ['Jo'],
    })
    const { text } = await answer(secret)
    expect(text).not.toContain('insert failed')
    expect(lines.at(-1)).toContain('insert failed')
    expect(lines.join()).not.toContain('Jo')
  })
})

describe('texts that PostgreSQL cannot store', () => {
  let oauth: OauthApp
  beforeAll(async () => {
    oauth = await startOauthApp('nul')
  })

  it('are answered with 400 wherever they come', async () => {
    const { token } = await register(oauth)
    const body = { scope: 'cds_client_admin', client_name: 'a\u0000b' }
    expect((await call(`${oauth.url}/oauth/register`, { method: 'POST', body })).status).toBe(400)
    expect((await call(`${oauth.url}/cds/v1/clients/%00`, { token })).status).toBe(400)
    expect((await call(`${oauth.url}/cds/v1/grants?states=%00`, { token })).status).toBe(400)
    expect((await call(`${oauth.url}/cds/v1/clients/%E0%A4%A`, { token })).status).toBe(400)
  })
})
