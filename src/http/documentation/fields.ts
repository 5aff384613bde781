import { scopes } from '../../oauth/scopes/index.ts'
import type { Choice, DetailField } from '../../oauth/scopes/scope.ts'
import type { OauthSettings } from '../../oauth/settings.ts'
import { type Html, html } from '../../shared/html.ts'
import { additionalValueTypes } from '../../translate/usage/additional-value-types.ts'
import { anchorLinks, type Chapter, facts, jsonCode, withCode } from './parts.ts'

interface FieldUse {
  scopeId: string
  field: DetailField
}

/** Every authorization details field, once (CDS-WG1-02 §3.8 #auth-details-fields-format). */
export function fieldsSection({ timezone }: Pick<OauthSettings, 'timezone'>): Chapter {
  const uses = [...scopes.values()].flatMap(({ id: scopeId, fields }) =>
    fields.map((field) => ({ scopeId, field })),
  )
  const body = html`<p>Members of an <code>authorization_details</code> entry whose <code>type</code> is the scope. Maximum and minimum are lengths where the
value is text (of all strings of a list together), and the furthest and the nearest moment where it is a time. A time is absolute, such as
<code>2026-01-31T00:00:00Z</code> (or, where the format is a date, <code>2026-01-31</code>), or relative, such as <code>P1Y</code>, or <code>infinite</code>. Relative ones count from the grant, in the time zone
${timezone}.</p>
${[...Map.groupBy(uses, ({ field }) => field.id).values()].map(fieldArticle)}`
  return { anchor: 'fields', title: 'Authorization details fields', body }
}

function fieldArticle(uses: readonly FieldUse[]): Html {
  const [first] = uses
  if (!first) return html``
  const { field } = first
  return html`<article id="${field.id}">
<h3><code>${field.id}</code> ${field.name}</h3>
<p>${withCode(field.description)}</p>
${facts([
  ['Format', html`<code>${field.format}</code>`],
  ['Default', defaults(uses)],
  ['Maximum', field.maximum === undefined ? undefined : jsonCode(field.maximum)],
  ['Minimum', field.minimum === undefined ? undefined : jsonCode(field.minimum)],
  ['Scopes', anchorLinks(uses.map(({ scopeId }) => scopeId))],
  ['Choices', field.choices && html`<ul>${field.choices.map(choiceItem)}</ul>`],
])}
</article>\n`
}

/** The default; where scopes differ in it, each default with its scopes. */
function defaults(uses: readonly FieldUse[]): Html {
  const groups = [...Map.groupBy(uses, ({ field }) => JSON.stringify(field.default)).values()]
  const texts = groups.map((group) => {
    const text = group[0] ? defaultOf(group[0].field) : html``
    if (groups.length === 1) return text
    return html`${text} in ${anchorLinks(group.map(({ scopeId }) => scopeId))}`
  })
  return html`${texts.map((text, index) => html`${index > 0 ? html`<br>` : ''}${text}`)}`
}

function defaultOf({ default: value, choices }: DetailField): Html {
  if (value === undefined) return html`none, the field is required`
  const isAll = Array.isArray(value) && choices?.every(({ id }) => value.includes(id))
  return isAll ? html`all choices` : jsonCode(value)
}

/** A value type of ours is explained in a chapter of its own, which has its anchor. */
function choiceItem({ id, name, description }: Choice): Html {
  if (additionalValueTypes.some(({ type }) => type === id)) {
    return html`<li>${anchorLinks([id])} ${name}</li>`
  }
  return html`<li id="${id}"><code>${id}</code> ${name}. ${withCode(description)}</li>`
}
