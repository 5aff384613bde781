import { execFile } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sharedPath } from '../support/shared.ts'
import { tool } from '../support/tools.ts'
import { type DialectName, get, requestToken, startTestSandbox, tokensOf } from './support.ts'

const schemas = {
  'atom.xsd': sharedPath('xsd/atom__eddie.xsd'),
  'espi.xsd': sharedPath('xsd/ESPI_4.0__mono__espi.xsd'),
  'customer.xsd': sharedPath('xsd/ESPI_4.0__mono__customer.xsd'),
}
const xmllint = tool('xmllint')

/** The attributes of the XML namespace that the Atom schema refers to, so that nothing is fetched. */
const XML_XSD = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/XML/1998/namespace">
<xs:attribute name="lang" type="xs:string"/><xs:attribute name="base" type="xs:anyURI"/></xs:schema>`
const ALL_XSD = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:import namespace="http://www.w3.org/2005/Atom" schemaLocation="atom.xsd"/>
<xs:import namespace="http://naesb.org/espi" schemaLocation="espi.xsd"/>
<xs:import namespace="http://naesb.org/espi/customer" schemaLocation="customer.xsd"/></xs:schema>`

describe.skipIf(!xmllint || Object.values(schemas).some((file) => !file))(
  'every document is valid ESPI 4.0',
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gbcds-xsd-'))
    let sandbox: Awaited<ReturnType<typeof startTestSandbox>>

    beforeAll(async () => {
      for (const [name, file] of Object.entries(schemas)) copyFileSync(file!, path.join(folder, name))
      const atom = path.join(folder, 'atom.xsd')
      writeFileSync(atom, readFileSync(atom, 'utf8').replace('https://www.w3.org/2001/03/xml.xsd', 'xml.xsd'))
      writeFileSync(path.join(folder, 'xml.xsd'), XML_XSD)
      writeFileSync(path.join(folder, 'all.xsd'), ALL_XSD)
      sandbox = await startTestSandbox()
    })
    afterAll(async () => {
      await sandbox.close()
      rmSync(folder, { recursive: true })
    })

    /** What xmllint finds wrong; an Atom content holds any element, and the schema then wants it to be a known one. */
    async function faultsOf(xml: string): Promise<string> {
      const file = path.join(folder, 'document.xml')
      writeFileSync(file, xml)
      const args = ['--nonet', '--noout', '--schema', path.join(folder, 'all.xsd'), file]
      const { stderr } = await promisify(execFile)(xmllint!, args).catch((error: { stderr: string }) => error)
      return stderr.replaceAll(file, '').trim()
    }

    it('finds what is wrong', async () => {
      const { access_token, resourceURI } = await tokensOf(sandbox, 'openespi', 'flat')
      const feed = await (await get(resourceURI, access_token)).text()
      expect(await faultsOf(feed.replace('<commodity>', '<colour>1</colour><commodity>'))).toContain(
        "Element '{http://naesb.org/espi}colour'",
      )
    })

    const dialects: DialectName[] = ['openespi', 'utilityapi']
    const usernames = ['house', 'solar', 'flat', 'farm', 'business']
    it.each(dialects.flatMap((dialect) => usernames.map((username) => [dialect, username] as const)))(
      'usage and retail customer of %s: %s',
      async (dialect, username) => {
        const { access_token, resourceURI, customerResourceURI } = await tokensOf(
          sandbox,
          dialect,
          username,
          {
            scope: `FB=4_16_46;HistoryLength=${70 * 86_400}`,
          },
        )
        const usage = await (await get(resourceURI, access_token)).text()
        // The capital S is this dialect's one departure from the schema.
        const asInSchema =
          dialect === 'utilityapi'
            ? usage.replaceAll('ServiceDeliveryPoint>', 'serviceDeliveryPoint>')
            : usage
        expect(await faultsOf(asInSchema)).toBe('validates')
        expect(await faultsOf(await (await get(customerResourceURI, access_token)).text())).toBe('validates')
      },
    )

    it.each(dialects)('service documents and single entries of %s', async (dialect) => {
      const response = await requestToken(sandbox, dialect, { grant_type: 'client_credentials' })
      const { access_token: client } = (await response.json()) as { access_token: string }
      const { access_token, resourceURI, authorizationURI } = await tokensOf(sandbox, dialect, 'flat')
      const resources = authorizationURI.split('/Authorization/')[0]!
      const documents = [
        [`${resources}/ReadServiceStatus`, client],
        [`${resources}/ApplicationInformation/tp-${dialect}`, client],
        [`${resources}/Authorization`, client],
        [authorizationURI, access_token],
        [`${resourceURI.replace('/Batch', '')}/UsagePoint/73100311/MeterReading`, access_token],
      ] as const
      for (const [url, token] of documents) {
        expect(await faultsOf(await (await get(url, token)).text()), url).toBe('validates')
      }
    })
  },
)
