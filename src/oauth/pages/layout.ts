import { type Html, html } from '../../shared/html.ts'
import type { OauthSettings } from '../settings.ts'

/** A page before it is sent. */
export interface Page {
  body: Html
  /** Origins that a form of this page may end up at, beside our own (Chromium checks redirects too). */
  formTargets?: readonly string[]
  /** The browser goes there by itself after so many seconds. */
  refresh?: { seconds: number; path: string }
}

/** The one thing to do on a page; nothing where there is no way on. */
export function actions(path: string | undefined, label: string): Html {
  return path === undefined
    ? html``
    : html`<p class="actions"><a class="button" href="${path}">${label}</a></p>`
}

/** The frame of every page: who we are, what this is, nothing that distracts (CDS-WG3-01 §9.2.1.1 #auth-form-header). */
export function layout(
  title: string,
  content: Html,
  { name }: Pick<OauthSettings, 'name'>,
  options: { brand?: string; script?: boolean; actions?: Html } = {},
): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · ${options.brand ?? name}</title>
<link rel="stylesheet" href="/assets/pages.css">
${options.script ? html`<script src="/assets/selection.js" defer></script>` : ''}
</head>
<body>
<header><p class="brand">${options.brand ?? name}</p><h1>${title}</h1></header>
<main>
${content}
</main>
</body>
</html>
`
}
