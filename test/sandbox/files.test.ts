import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { get, startTestSandbox, textsOf, tokensOf } from './support.ts'

const FEED = `<?xml version="1.0"?>
<ns0:feed xmlns:ns0="http://www.w3.org/2005/Atom">  <!-- kept as it is -->
<ns0:entry><ns0:link href="RetailCustomer/1/UsagePoint" rel="up"/><ns0:link
 rel='self' href='RetailCustomer/1/UsagePoint/A&amp;1'/><ns0:content><UsagePoint xmlns="http://naesb.org/espi">
<ServiceCategory><kind>1</kind></ServiceCategory></UsagePoint></ns0:content></ns0:entry></ns0:feed>
`

describe('a folder of ESPI files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gbcds-files-'))
  const packed = gzipSync(FEED)
  let sandbox: Awaited<ReturnType<typeof startTestSandbox>>

  beforeAll(async () => {
    writeFileSync(path.join(folder, 'plain.xml'), FEED)
    writeFileSync(path.join(folder, 'packed.xml.gz'), packed)
    writeFileSync(path.join(folder, 'both.xml'), FEED)
    writeFileSync(path.join(folder, 'both.customer.xml'), '<feed>its own customer</feed>')
    writeFileSync(path.join(folder, 'notes.txt'), 'no feed')
    sandbox = await startTestSandbox({ files: folder })
  })
  afterAll(async () => {
    await sandbox.close()
    rmSync(folder, { recursive: true })
  })

  const tokensOfFile = (username: string) => tokensOf(sandbox, 'openespi', username, { password: 'files' })

  it('makes a customer of each feed', () => {
    const names = sandbox.directory
      .holders()
      .flatMap(({ file, customer }) => (file ? [customer.username] : []))
    expect(names).toEqual(['both', 'packed', 'plain'])
  })

  it.each(['plain', 'packed'])('serves %s byte for byte', async (username) => {
    const { access_token, resourceURI } = await tokensOfFile(username)
    expect(await (await get(resourceURI, access_token)).text()).toBe(FEED)
  })

  it('sends a stored .gz as it is to a client that takes gzip, unpacked to one that does not', async () => {
    const { access_token, resourceURI } = await tokensOfFile('packed')
    const headers = { authorization: `Bearer ${access_token}` }
    const gzip = await fetch(resourceURI, { headers: { ...headers, 'accept-encoding': 'gzip' } })
    expect(gzip.headers.get('content-encoding')).toBe('gzip')
    const identity = await fetch(resourceURI, { headers: { ...headers, 'accept-encoding': 'identity' } })
    expect(identity.headers.get('content-encoding')).toBeNull()
    expect(await identity.text()).toBe(gunzipSync(packed).toString())
  })

  it('writes a retail customer feed that names the first UsagePoint as the file does', async () => {
    const { access_token, customerResourceURI } = await tokensOfFile('plain')
    const feed = await (await get(customerResourceURI, access_token)).text()
    expect(textsOf(feed, 'UsagePoint')).toEqual(['RetailCustomer/1/UsagePoint/A&amp;1'])
    expect(textsOf(feed, 'accountId')).toHaveLength(1)
    expect(feed).toContain('<cust:type>gas</cust:type>')
  })

  it('serves the retail customer feed beside the file when there is one', async () => {
    const { access_token, customerResourceURI } = await tokensOfFile('both')
    expect(await (await get(customerResourceURI, access_token)).text()).toBe('<feed>its own customer</feed>')
  })
})

describe('a state file', () => {
  it('keeps tokens and authorizations across a restart, tokens only as hashes', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gbcds-state-'))
    const stateFile = path.join(folder, 'sandbox.json')
    const first = await startTestSandbox({ stateFile })
    const tokens = await tokensOf(first, 'openespi', 'flat')
    await first.close()
    const second = await startTestSandbox({ stateFile })
    const resource = new URL(tokens.resourceURI).pathname
    expect((await get(second.url + resource, tokens.access_token)).status).toBe(200)
    expect(JSON.stringify(await (await fetch(`${second.url}/_sandbox/authorizations`)).json())).toContain(
      '"flat"',
    )
    await second.close()
    expect(readFileSync(stateFile, 'utf8')).not.toContain(tokens.refresh_token)
    rmSync(folder, { recursive: true })
  })
})

describe('a public URL', () => {
  it('is written into links and token answers instead of host and port', async () => {
    const sandbox = await startTestSandbox({ publicUrl: 'http://sandbox.example:8081/' })
    expect(sandbox.url).toBe('http://sandbox.example:8081')
    const { port } = sandbox
    const tokens = await tokensOf({ url: `http://127.0.0.1:${port}` }, 'openespi', 'flat')
    expect(tokens.resourceURI).toMatch(/^http:\/\/sandbox\.example:8081\/openespi\//)
    await sandbox.close()
  })
})
