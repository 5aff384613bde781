import { html } from '../../shared/html.ts'

/** The page's looks, for a telephone and for a desk, by day and by night. */
export const reportStyle = html`<style>
:root { color-scheme: light dark; --line: #d5dad7; --bar: #1d7a4f; --soft: #f2f5f3; --bad: #a3261b; }
@media (prefers-color-scheme: dark) { :root { --line: #3a423d; --bar: #58c08b; --soft: #1c221f; --bad: #ff9b8f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; }
h2 { border-top: 2px solid var(--line); font-size: 1.3rem; margin-top: 2rem; padding-top: 1rem; }
h2, h3, h4, td, dd, summary, .bad { overflow-wrap: anywhere; }
h4 { font-size: 1.1rem; margin: 0; }
h5 { font-size: 1rem; margin: 1rem 0 0; }
.notice { background: var(--soft); border-left: 4px solid var(--bad); padding: .75rem 1rem; }
.bad { color: var(--bad); }
table { border-collapse: collapse; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem 1.5rem .25rem 0; text-align: left; vertical-align: top; }
td:last-child { font-variant-numeric: tabular-nums; }
.wide { max-height: 20rem; overflow: auto; }
details { margin: .5rem 0; }
article { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; padding: 1rem; }
figure { margin: 1rem 0; }
figcaption, .ends, .when { font-size: .875rem; opacity: .8; }
svg { background: var(--soft); display: block; height: 10rem; width: 100%; }
rect { fill: var(--bar); }
.ends { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; margin: .25rem 0 0; min-width: 13rem; }
dl { display: grid; gap: .5rem 1.5rem; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); margin: 0; }
dt { font-size: .875rem; opacity: .8; }
dd { font-variant-numeric: tabular-nums; margin: 0; }
@media print { article { break-inside: avoid; } details { display: block; } }
</style>`
