import { afterAll, describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/shared/clock.ts'
import { isPrivateAddress, isPrivateHostname } from '../../src/upstream/addresses.ts'
import { fetchFeed } from '../../src/upstream/fetch-feed.ts'
import { checkUrl, openNetwork } from '../../src/upstream/network.ts'
import { utility as profileOf } from '../scope-map/builders.ts'
import { text, utilityServer } from './utility-server.ts'

const server = await utilityServer()
const network = openNetwork()
afterAll(() => network.close())

describe('isPrivateAddress', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '64:ff9b::7f00:1',
  ])('%s is not public', (address) => {
    expect(isPrivateAddress(address)).toBe(true)
  })

  it.each(['8.8.8.8', '172.32.0.1', '192.0.1.1', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is', (address) => {
    expect(isPrivateAddress(address)).toBe(false)
  })
})

describe('a production utility', () => {
  const production = { ...profileOf(), hosts: ['localhost', '127.0.0.1', '[::1]', 'data.example'] }

  it.each(['https://127.0.0.1/x', 'https://[::1]/x', 'https://2130706433/x'])('is not asked at %s', (url) => {
    expect(() => checkUrl(url, production)).toThrow('on a private address')
  })

  it('is not asked over http', () => {
    expect(() => checkUrl('http://data.example/x', production)).toThrow('not asked: http:')
    expect(checkUrl('https://data.example/x', production).href).toBe('https://data.example/x')
  })

  it('is asked at a private address where the adapter says it is on our network', () => {
    expect(checkUrl('https://127.0.0.1/x', { ...production, privateNetwork: true }).host).toBe('127.0.0.1')
  })

  it('is not reached through a name that points into a private network', async () => {
    server.answer = text(200, '<feed/>')
    const deps = { clock: fixedClock('2026-03-01T12:00:00Z'), network }
    const asked = fetchFeed(production, { url: 'https://localhost/x', accessToken: 'at-1' }, deps)
    await expect(asked).rejects.toMatchObject({
      message: expect.stringContaining('EPRIVATE'),
      permanent: true,
    })
  })
})

describe('isPrivateHostname', () => {
  it('says nothing about names: those are looked up', () => {
    expect(isPrivateHostname('localhost')).toBe(false)
    expect(isPrivateHostname('[::1]')).toBe(true)
  })
})
