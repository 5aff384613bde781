import { describe, expect, it } from 'vitest'
import { utilities } from '../../adapters/index.ts'
import { openRegistry } from '../../src/utility/registry.ts'

const sandbox = 'http://127.0.0.1:8081'

describe('openRegistry', () => {
  it("fills in the sandbox's address, and allows its host", () => {
    const profile = openRegistry(utilities, ['sandbox-openespi'], { sandbox: `${sandbox}/` }).get(
      'sandbox-openespi',
    )
    expect(profile).toMatchObject({
      authorizeUrl: 'http://127.0.0.1:8081/openespi/oauth/authorize',
      tokenUrl: 'http://127.0.0.1:8081/openespi/oauth/token',
      resourceUrl: 'http://127.0.0.1:8081/openespi/espi/1_1/resource',
      hosts: ['127.0.0.1:8081'],
    })
  })

  it('adds the hosts of the adapter to those of its URLs', () => {
    const [first] = utilities
    const profile = { ...first!, id: 'x', hosts: ['data.example:8443'] }
    expect(openRegistry([profile], ['x'], { sandbox }).get('x').hosts).toEqual([
      '127.0.0.1:8081',
      'data.example:8443',
    ])
  })

  it('lists only the enabled utilities, in the order given', () => {
    const registry = openRegistry(utilities, ['sandbox-utilityapi', 'sandbox-openespi'], { sandbox })
    expect(registry.list().map(({ id }) => id)).toEqual(['sandbox-utilityapi', 'sandbox-openespi'])
    expect(
      openRegistry(utilities, ['sandbox-openespi'], { sandbox }).find('sandbox-utilityapi'),
    ).toBeUndefined()
  })

  it('names the known utilities when one is unknown', () => {
    expect(() => openRegistry(utilities, ['coastal-power'], { sandbox })).toThrow(
      'there is no utility "coastal-power" in adapters/. UTILITIES may name: sandbox-openespi, sandbox-utilityapi',
    )
  })

  it('says what to do when the sandbox is off', () => {
    expect(() => openRegistry(utilities, ['sandbox-openespi'], {})).toThrow('set SANDBOX=on')
  })

  it('says which utility is not enabled', () => {
    expect(() => openRegistry(utilities, [], {}).get('sandbox-openespi')).toThrow('add it to UTILITIES')
  })
})
