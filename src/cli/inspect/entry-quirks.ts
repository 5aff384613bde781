import type { Entry, EspiFeed } from '../../espi/model.ts'
import type { Quirks } from './quirks.ts'

/** What is odd about the entries of a feed and their links. */
export function findEntryQuirks({ entries }: EspiFeed, quirks: Quirks): void {
  const ids = new Set<string>()
  const selfs = new Set<string>()
  const hosts = new Set<string>()
  for (const entry of entries) {
    if (isBare(entry)) quirks.add('no_entry', 'An ESPI element stands without an Atom entry.', entry)
    else findEnvelopeQuirks(entry, quirks)
    if (entry.id !== undefined && ids.has(entry.id)) {
      quirks.add('duplicate_id', 'Several entries have the same id; ids are not used to join.', entry)
    }
    if (entry.id !== undefined) ids.add(entry.id)
    for (const self of entry.self) {
      if (selfs.has(self))
        quirks.add(
          'duplicate_self',
          'Several entries have the same self link; the later updated one counts.',
          entry,
        )
      selfs.add(self)
    }
    findLinkQuirks(entry, hosts, quirks)
  }
  if (hosts.size > 1) {
    quirks.add('several_hosts', 'Links name several hosts; hosts are not compared.', undefined, hosts.size)
  }
}

function isBare({ id, self, up, related, updated }: Entry): boolean {
  return id === undefined && updated === 0 && self.length + up.length + related.length === 0
}

function findEnvelopeQuirks(entry: Entry, quirks: Quirks): void {
  if (entry.self.length === 0) quirks.add('missing_self', 'An entry has no self link.', entry)
  if (entry.self.length > 1) quirks.add('several_selfs', 'An entry has several self links; all count.', entry)
  if (entry.updated === 0) {
    quirks.add('missing_updated', 'An entry has no readable updated time; it counts as the oldest.', entry)
  }
  if (entry.payloads.length === 0)
    quirks.add('entry_without_payload', 'An entry holds no ESPI element.', entry)
  if (entry.payloads.length > 1) {
    quirks.add('several_payloads', 'An entry holds several ESPI elements, which all have its links.', entry)
  }
}

function findLinkQuirks(entry: Entry, hosts: Set<string>, quirks: Quirks): void {
  for (const href of [...entry.self, ...entry.up, ...entry.related]) {
    const host = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(href)?.[1]
    if (host !== undefined) hosts.add(host)
    else quirks.add('relative_link', 'A link is relative.', entry)
    if (href.endsWith('/'))
      quirks.add('trailing_slash', 'A link ends in a slash, which is not compared.', entry)
  }
}
