import { type Html, html } from '../../shared/html.ts'

export const STYLE_PATH = '/_sandbox/style.css'

/** The frame of every page of the sandbox. */
export function layout(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
<p class="banner">Simulated utility: nothing here is real.</p>
<main>
${body}
</main>
</body>
</html>
`
}

export const STYLE = `
:root { color-scheme: light; --ink: #1b2a26; --soft: #5b6b66; --line: #d5dedb; --green: #0b6b4f; --pale: #eef6f2; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: #f6f8f7; overflow-wrap: break-word; }
.banner { margin: 0; padding: .5rem 1rem; background: #fff3cd; color: #5c4700; text-align: center; font-size: .9rem; }
main { max-width: 44rem; margin: 1.5rem auto; padding: 1.5rem; background: #fff; border: 1px solid var(--line); border-radius: .75rem; }
td.long { overflow-wrap: anywhere; }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 2rem 0 .5rem; font-size: 1.1rem; }
p { margin: .5rem 0 1rem; }
.soft { color: var(--soft); }
form { margin: 1.25rem 0; }
label.field { display: block; margin: 0 0 1rem; font-weight: 600; }
input[type=text], input[type=password], select { display: block; width: 100%; margin-top: .25rem; padding: .6rem .7rem; font: inherit; font-weight: 400; border: 1px solid #9aa9a4; border-radius: .4rem; background: #fff; }
input:focus-visible, select:focus-visible, button:focus-visible { outline: 3px solid #7cc4a9; outline-offset: 1px; }
fieldset { margin: 0 0 1.25rem; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem; }
legend { padding: 0 .4rem; font-weight: 600; }
label.choice { display: flex; gap: .65rem; align-items: flex-start; padding: .4rem 0; }
label.choice input { margin-top: .35rem; flex: none; width: 1.05rem; height: 1.05rem; }
label.choice small { display: block; color: var(--soft); }
.buttons { display: flex; gap: .75rem; flex-wrap: wrap; }
button { padding: .65rem 1.4rem; font: inherit; font-weight: 600; border-radius: .4rem; border: 1px solid var(--green); background: var(--green); color: #fff; cursor: pointer; }
button.plain { background: #fff; color: var(--green); }
.fault { padding: .6rem .8rem; border-radius: .4rem; background: #fdecea; color: #8a1c12; }
table { width: 100%; border-collapse: collapse; font-size: .95rem; }
th, td { padding: .45rem .6rem .45rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); }
code { font: .88em ui-monospace, monospace; background: var(--pale); padding: .1em .3em; border-radius: .25rem; }
@media (max-width: 40rem) { main { margin: 0; border: 0; border-radius: 0; padding: 1.1rem; } .stack thead { display: none; } .stack tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); } .stack td { display: block; border: 0; padding: .1rem 0; } .buttons button { flex: 1 1 8rem; } }
`
