import { type Html, html } from '../../shared/html.ts'

/** A chapter of the documentation; its anchor is its address. */
export interface Chapter {
  anchor: string
  title: string
  body: Html
}

/** A text whose `quoted` parts are code. */
export function withCode(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`
}

/** A value as it stands in JSON. */
export function jsonCode(value: unknown): Html {
  return html`<code>${JSON.stringify(value)}</code>`
}

/** Links to other anchors of the page, in one line. */
export function anchorLinks(anchors: readonly string[]): Html {
  return html`${anchors.map((anchor, index) => html`${index > 0 ? ', ' : ''}<a href="#${anchor}"><code>${anchor}</code></a>`)}`
}

/** A block of text to copy, which the keyboard can scroll. */
export function codeBlock(text: string): Html {
  return html`<pre tabindex="0"><code>${text}</code></pre>`
}

/** Terms and what they mean; a row without meaning is left out. */
export function facts(rows: readonly (readonly [term: string, meaning: Html | string | undefined])[]): Html {
  const shown = rows.filter(([, meaning]) => meaning !== undefined)
  return html`<dl>${shown.map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>`)}</dl>`
}
