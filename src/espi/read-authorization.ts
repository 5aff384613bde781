import { SaxesParser } from 'saxes'
import { MalformedFeedError } from './errors.ts'
import { decodeText } from './read/decode-text.ts'

/** What the Authorization resource of ESPI says, as far as we use it. The URLs are as they came. */
export interface AuthorizationResource {
  /** ESPI AuthorizationStatus: 0 revoked, 1 active, 2 denied. */
  status: string | undefined
  scope: string | undefined
  resourceUri: string | undefined
  customerResourceUri: string | undefined
}

const MOST_BYTES = 256 * 1024

/**
 * An Authorization resource becomes its members: an Atom entry, a feed of which the first is taken, or the bare element;
 * any prefix. Empty elements count as absent.
 */
export async function readAuthorization(chunks: AsyncIterable<Uint8Array>): Promise<AuthorizationResource> {
  const texts = new Map<string, string>()
  let path: string[] = []
  let seen = 0
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw new MalformedFeedError('the Authorization resource is not XML', {}, { cause: error })
  })
  parser.on('doctype', () => {
    throw new MalformedFeedError('the Authorization resource has a DOCTYPE')
  })
  parser.on('opentag', ({ name }) => {
    const local = localName(name)
    if (local === 'Authorization') seen++
    path = [...path, local]
  })
  parser.on('text', (text) => {
    const [parent, element] = path.slice(-2)
    if (seen !== 1 || parent !== 'Authorization' || element === undefined) return
    texts.set(element, (texts.get(element) ?? '') + text)
  })
  parser.on('closetag', () => {
    path = path.slice(0, -1)
  })

  for await (const text of decodeText(chunks, MOST_BYTES, () => {})) parser.write(text)
  parser.close()
  if (seen === 0) throw new MalformedFeedError('there is no Authorization in the resource')
  return {
    status: textOf(texts, 'status'),
    scope: textOf(texts, 'scope'),
    resourceUri: textOf(texts, 'resourceURI'),
    customerResourceUri: textOf(texts, 'customerResourceURI'),
  }
}

function textOf(texts: ReadonlyMap<string, string>, name: string): string | undefined {
  return texts.get(name)?.trim() || undefined
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
