import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { createGunzip } from 'node:zlib'
import type { Customer } from './customers/model.ts'

/** A file of a folder, served as it is as the usage feed of a customer of the same name. */
export interface EspiFile {
  readonly usageFile: string
  /** The retail customer feed beside it, where there is one. */
  readonly customerFile?: string
  /** `self` of the first UsagePoint as the file writes it: what a generated retail customer feed refers to. */
  readonly usagePointUri?: string
  readonly customer: Customer
}

const USAGE_FILE = /^(?<name>.+?)(?<!\.customer)\.xml(?:\.gz)?$/
const MAX_HEAD_BYTES = 8 * 1024 * 1024

/** The ESPI files of a folder (`.xml`, `.xml.gz`), each a customer whose password is `files`. */
export async function readEspiFolder(folder: string): Promise<EspiFile[]> {
  const names = (await readdir(folder)).sort()
  const usageFiles = names.flatMap((file) => {
    const name = USAGE_FILE.exec(file)?.groups?.name
    return name ? [{ file, name }] : []
  })
  return Promise.all(
    usageFiles.map(async ({ file, name }, index) => {
      const usageFile = path.join(folder, file)
      const customerFile = [`${name}.customer.xml`, `${name}.customer.xml.gz`].find((beside) =>
        names.includes(beside),
      )
      const facts = await readFacts(usageFile)
      return {
        usageFile,
        ...(customerFile && { customerFile: path.join(folder, customerFile) }),
        ...(facts.usagePointUri !== undefined && { usagePointUri: facts.usagePointUri }),
        customer: toCustomer(name, index + 1, facts.serviceKind),
      }
    }),
  )
}

interface Facts {
  readonly usagePointUri?: string
  readonly serviceKind: 0 | 1 | 2
}

/** Looks for the first UsagePoint's `self` and its kind of service in the first megabytes of a file. */
async function readFacts(file: string): Promise<Facts> {
  const head = await readHead(file)
  const usagePointUri = findUsagePointUri(head)
  const kind = /ServiceCategory>\s*<(?:\w+:)?kind>\s*(\d+)/.exec(head)?.[1]
  return {
    ...(usagePointUri !== undefined && { usagePointUri }),
    serviceKind: kind === '1' ? 1 : kind === '2' ? 2 : 0,
  }
}

function findUsagePointUri(head: string): string | undefined {
  for (const [tag] of head.matchAll(/<(?:\w+:)?link\s[^>]*>/g)) {
    const href = /\bhref\s*=\s*["']([^"']*\/UsagePoint\/[^"'/]+)["']/.exec(tag)?.[1]
    if (href !== undefined && /\brel\s*=\s*["']self["']/.test(tag)) return href.replaceAll('&amp;', '&')
  }
  return undefined
}

async function readHead(file: string): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of openPlain(file)) {
    const bytes = Buffer.from(chunk)
    chunks.push(bytes)
    size += bytes.length
    if (size >= MAX_HEAD_BYTES) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** A file's bytes, unpacked when its name ends in `.gz`. */
export function openPlain(file: string): NodeJS.ReadableStream {
  const bytes = createReadStream(file)
  if (!file.endsWith('.gz')) return bytes
  const plain = createGunzip()
  bytes.on('error', (error) => plain.destroy(error))
  return bytes.pipe(plain)
}

/** The least that a retail customer feed needs; nobody real. */
function toCustomer(name: string, index: number, serviceKind: 0 | 1 | 2): Customer {
  const id = `8000${index}`
  const address = {
    number: String(index),
    street: 'File Street',
    town: 'Testville',
    stateOrProvince: 'NY',
    postalCode: '00001',
  }
  return {
    id,
    username: name,
    password: 'files',
    description: 'an ESPI file, served as it is',
    customerName: `File ${name}`,
    kind: 'residential',
    address,
    phone: { areaCode: '555', localNumber: '5550199' },
    email: `file-${index}@customers.example`,
    accounts: [
      {
        id: `${index}1`,
        accountNumber: `00${id}-1`,
        agreements: [
          {
            id: `${id}11`,
            agreementNumber: `0${id}11`,
            ratePlan: { code: 'FILE', name: 'From a file', unitCost: 0n, unitExponent: 0, monthlyCharge: 0n },
            validFrom: 1_262_304_000,
            address,
            usagePoint: {
              id: `7${id}11`,
              serviceKind,
              meterSerialNumber: `MTR-FILE-${index}`,
              formNumber: '2S',
              channels: [],
            },
          },
        ],
      },
    ],
  }
}
