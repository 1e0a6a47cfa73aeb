// What makes reading versions quicker. Every page works without it.
'use strict'

// ← and → lead to the previous and the next change, unless somebody is choosing or typing.
document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  if (event.target.closest('input, select, textarea, [contenteditable]')) return
  const rel = { ArrowLeft: 'prev', ArrowRight: 'next' }[event.key]
  const link = rel && document.querySelector(`a[rel=${rel}]`)
  if (!link) return
  event.preventDefault()
  link.click()
})

// A button that copies the text it names; without this script there is none, and the text stands there.
for (const button of document.querySelectorAll('button[data-copies]')) {
  const text = document.getElementById(button.dataset.copies)
  const said = button.parentElement.querySelector('[role=status]')
  button.hidden = false
  button.addEventListener('click', async () => {
    getSelection().selectAllChildren(text)
    let isCopied = true
    try {
      await navigator.clipboard.writeText(text.innerText.trim())
    } catch {
      // Pages that did not come over https have no clipboard but this one.
      isCopied = document.execCommand('copy')
    }
    said.textContent = isCopied ? button.dataset.copied : button.dataset.selected
  })
}
