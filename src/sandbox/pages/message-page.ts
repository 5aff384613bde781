import { type Html, html } from '../../shared/html.ts'
import { layout } from './layout.ts'

/** A page that only says something. */
export function messagePage(title: string, text: string): Html {
  return layout(title, html`<h1>${title}</h1><p>${text}</p>`)
}
