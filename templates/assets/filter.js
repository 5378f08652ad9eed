// The filter of a list: "/" leads to it, and what was left empty stays out of the address.
const field = document.querySelector('[data-filter]')

const isTyping = (element) => element.matches?.('input, textarea, select, [contenteditable]')

document.addEventListener('keydown', (event) => {
  if (!field || event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
  event.preventDefault()
  field.focus()
  field.select()
})

field?.form.addEventListener('formdata', ({ formData }) => {
  for (const [name, value] of [...formData]) if (value === '') formData.delete(name)
})
