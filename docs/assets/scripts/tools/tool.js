// What the tools share; hooks/site/blocks/tool_pages.py puts it before each tool's own script. A tool's form is hidden until its script runs: without one, the table below it
// says the same. Runs again each time that instant navigation brings its page.
window.courseTool = {
  // The form, shown, and the data that the build put behind it; null on any other page.
  open(name) {
    const form = document.querySelector(`form[data-tool=${name}]`)
    if (!form) return null
    form.hidden = false
    return { form, data: JSON.parse(form.nextElementSibling.dataset.json) }
  },

  // Puts what the address says into the fields of the same name; what does not fit is left out.
  read(form) {
    for (const [name, value] of new URLSearchParams(location.search)) {
      const field = form.elements[name]
      if (!field) continue
      if (field instanceof RadioNodeList) {
        if ([...field].some(one => one.value === value)) field.value = value
      } else if (field.type !== "number" || (value.trim() && Number.isFinite(Number(value)))) {
        field.value = value
      }
    }
  },

  // Keeps in the address what differs from the beginning, so that a link or a reload brings it back.
  write(form, defaults = {}) {
    const state = new URLSearchParams()
    for (const [name, value] of new FormData(form)) {
      if (value !== "" && String(defaults[name] ?? "") !== value) state.set(name, value)
    }
    const query = state.toString()
    try {
      history.replaceState(history.state, "", `${location.pathname}${query && "?"}${query}${location.hash}`)
    } catch { /* Some browsers refuse on file://: then the numbers live as long as the page. */ }
  },

  // An element with text and children. Text from elsewhere is never read as HTML.
  make(name, attributes = {}, ...children) {
    const svg = ["svg", "path", "line", "text", "circle", "g", "title", "desc"].includes(name)
    const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name)
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
    element.append(...children)
    return element
  },

  // A table in the boxes that Material puts around one, so that a phone scrolls it sideways, also by keyboard.
  table(head, rows) {
    const { make } = this
    const top = make("tr", {}, ...head.map(text => make("th", { scope: "col" }, text)))
    const table = make("table", {}, make("thead", {}, top), make("tbody", {}, ...rows))
    return make("div", { class: "md-typeset__scrollwrap" }, make("div", { class: "md-typeset__table" }, table))
  },
}
