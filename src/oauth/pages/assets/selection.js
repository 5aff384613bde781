// Makes long lists of services easier to handle. Every page works without it.
for (const selection of document.querySelectorAll('[data-selection]')) {
  const entries = [...selection.querySelectorAll('[data-entry]')]
  const box = (entry) => entry.querySelector('input')
  const find = (name) => selection.querySelector(`[data-${name}]`)
  const search = find('search')
  const hide = find('hide')
  const count = find('count')

  const show = () => {
    const words = (search?.value ?? '').toLowerCase().split(/\s+/).filter(Boolean)
    for (const entry of entries) {
      const text = entry.textContent.toLowerCase()
      const found = words.every((word) => text.includes(word))
      entry.hidden = !found || (hide?.checked === true && !box(entry).checked)
    }
    const selected = entries.filter((entry) => box(entry).checked).length
    count.textContent = `${selected} of ${count.dataset.of} selected`
  }
  const select = (checked) => {
    for (const entry of entries) if (!entry.hidden) box(entry).checked = checked
    show()
  }

  find('no-script').remove()
  find('tools').hidden = false
  find('all').addEventListener('click', () => select(true))
  find('none').addEventListener('click', () => select(false))
  search?.addEventListener('input', show)
  // Enter in the search must not send the form.
  search?.addEventListener('keydown', (event) => event.key === 'Enter' && event.preventDefault())
  hide?.addEventListener('change', show)
  selection.addEventListener('change', show)
  show()
}
