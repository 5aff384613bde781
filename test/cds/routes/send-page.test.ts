import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Part } from '../../../src/cds/pages/page.ts'
import { sendPage } from '../../../src/cds/routes/send-page.ts'
import { errorHandler } from '../../../src/http/error-handler.ts'
import { silentLogger } from '../../../src/shared/logger.ts'
import { toPiece } from '../../../src/shared/pieces.ts'

const LARGE: readonly Part[] = ['{"usage_segments":[', toPiece('{"interval":900}'), '],"next":null}']
const SMALL: readonly Part[] = ['{"accounts":[', { compress: '{"account_number":"1"}' }, '],"next":null}']
const LARGE_TEXT = '{"usage_segments":[{"interval":900}],"next":null}'
const SMALL_TEXT = '{"accounts":[{"account_number":"1"}],"next":null}'

const app = express().disable('etag')
app.get('/large', (request, response) => sendPage(request, response, LARGE))
app.get('/small', (request, response) => sendPage(request, response, SMALL))
app.use(
  errorHandler({
    log: silentLogger,
    settings: { name: 'Test', support: 'https://gateway.test/support' },
    isUnavailable: () => false,
  }),
)
const server = createServer(app)

beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'))
afterAll(() => void server.close())

async function ask(path: string, headers: Record<string, string>, method = 'GET') {
  const { port } = server.address() as AddressInfo
  const sent = request({ port, host: '127.0.0.1', path, headers, method }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: response.statusCode, headers: response.headers, body: await buffer(response) }
}

describe('sendPage, RFC 9110 §12.5.3', () => {
  it.each([
    'gzip',
    'gzip, deflate, br, zstd',
    'GZIP',
    '*',
    'br;q=1, gzip;q=0.1',
    'identity;q=0.5, gzip',
    'identity;q=0, *',
    '*;q=0, gzip',
  ])('Accept-Encoding: %s: gzip', async (accepted) => {
    const { status, headers, body } = await ask('/large', { 'Accept-Encoding': accepted })
    expect([status, headers['content-encoding'], headers.vary]).toEqual([200, 'gzip', 'Accept-Encoding'])
    expect(headers['content-type']).toBe('application/json; charset=utf-8')
    expect(headers['content-length']).toBe(String(body.length))
    expect(gunzipSync(body).toString()).toBe(LARGE_TEXT)
  })

  it.each([undefined, '', 'identity', 'br', 'gzip;q=0', 'gzip;q=0, *', 'gzip;q=0.5, identity;q=0.6'])(
    'Accept-Encoding: %s: the text',
    async (accepted) => {
      const asked = accepted === undefined ? {} : { 'Accept-Encoding': accepted }
      const { status, headers, body } = await ask('/large', asked)
      expect([status, headers['content-encoding'], headers.vary]).toEqual([200, undefined, 'Accept-Encoding'])
      expect(headers['content-type']).toBe('application/json; charset=utf-8')
      expect(body.toString()).toBe(LARGE_TEXT)
    },
  )

  it.each(['identity;q=0', '*;q=0', 'br, *;q=0', 'gzip;q=0, identity;q=0'])(
    'Accept-Encoding: %s: 406, since nothing is left',
    async (accepted) => {
      const { status, headers, body } = await ask('/large', { 'Accept-Encoding': accepted })
      expect([status, headers.vary, headers['content-encoding']]).toEqual([406, 'Accept-Encoding', undefined])
      expect(JSON.parse(body.toString())).toMatchObject({ error: 'invalid_request' })
    },
  )

  it('leaves a small page as it is, unless the client refuses that', async () => {
    const small = await ask('/small', { 'Accept-Encoding': 'gzip' })
    expect([small.headers['content-encoding'], small.headers.vary]).toEqual([undefined, 'Accept-Encoding'])
    expect(small.body.toString()).toBe(SMALL_TEXT)
    const packed = await ask('/small', { 'Accept-Encoding': 'gzip, identity;q=0' })
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(packed.body).toString()).toBe(SMALL_TEXT)
  })

  it('answers HEAD as GET, without the body', async () => {
    const { headers: got } = await ask('/large', { 'Accept-Encoding': 'gzip' })
    const { headers, body } = await ask('/large', { 'Accept-Encoding': 'gzip' }, 'HEAD')
    expect({ ...headers, date: undefined }).toEqual({ ...got, date: undefined })
    expect(body).toHaveLength(0)
  })

  it('has no validators, so that a condition on one fails and the page is sent (§13.1.2)', async () => {
    const { status, headers } = await ask('/large', { 'If-None-Match': '"abc"' })
    expect([status, headers.etag, headers['last-modified']]).toEqual([200, undefined, undefined])
  })
})
