import { kinds } from '../../cds/kinds/index.ts'
import type { Kind } from '../../cds/kinds/kind.ts'
import { type Html, html } from '../../shared/html.ts'
import { type Chapter, withCode } from './parts.ts'

/** What objects hold beside the fields of CDS-WG3-01 §10.1 to §10.6, which lets servers add fields, and which include opens it. */
export function espiMembersSection(): Chapter {
  const body = html`<p>Green Button says more than CDS-WG3-01 has fields for. What is left travels with the object it belongs to, in members that begin with
<code>espi_</code>: under the names of the Green Button schema, each value a string as the utility wrote it, an element that came several times as an array. Clients may pass over all of them.
Remarks about people, passwords and installation codes are never among them.</p>
${kinds.map((kind) => html`<h3>${kind.title}</h3>\n${membersOf(kind)}\n`)}`
  return { anchor: 'espi-members', title: 'Members of our own', body }
}

function membersOf({ meanings, opened }: Kind): Html {
  return html`<ul>${Object.entries(meanings).map(
    ([member, meaning = '']) =>
      html`<li><code>${member}</code>: ${withCode(meaning)} Included with <code>${opened[member]}</code>.</li>\n`,
  )}</ul>`
}
