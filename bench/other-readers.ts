import { XMLParser } from 'fast-xml-parser'
import { SaxesParser } from 'saxes'
import type { Found } from './found.ts'

const CHUNK = 65_536

/** A name that the compiler does not follow: the package brings TypeScript sources that do not pass its checks here. */
const PACKAGE: string = '@cityssm/green-button-parser'
const { atomToGreenButtonJson }: { atomToGreenButtonJson(atomXml: string): Promise<unknown> } = await import(
  PACKAGE
)

/** saxes, with the least a handler can do: the text of every `value`. */
export function saxes(bytes: Buffer): Found {
  const found = { readings: 0, sum: 0n }
  const parser = new SaxesParser({ xmlns: false })
  let isValue = false
  parser.on('opentag', ({ name }) => {
    isValue = /(?:^|:)value$/.test(name)
  })
  parser.on('closetag', () => {
    isValue = false
  })
  parser.on('text', (text) => {
    if (!isValue) return
    found.readings++
    found.sum += BigInt(text)
  })
  for (let at = 0; at < bytes.length; at += CHUNK) parser.write(bytes.toString('latin1', at, at + CHUNK))
  parser.close()
  return found
}

/** fast-xml-parser, parse alone: a tree. */
export function fastXmlParser(bytes: Buffer): unknown {
  return new XMLParser({ ignoreAttributes: false, removeNSPrefix: true }).parse(bytes)
}

/** The parser of Green Button files that npm has: a tree too, on top of xml2js. */
export function greenButtonParser(bytes: Buffer): Promise<unknown> {
  return atomToGreenButtonJson(bytes.toString())
}

/** The values in a tree. */
export function sumOfTree(tree: unknown): Found {
  const found = { readings: 0, sum: 0n }
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [name, child] of Object.entries(node)) {
      if (name === 'value') {
        found.readings++
        found.sum += BigInt(String(child))
      } else visit(child)
    }
  }
  visit(tree)
  return found
}
