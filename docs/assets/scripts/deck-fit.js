// Makes every slide fit 1280 x 720: the largest code size that fits, denser text, then more slides.
const SLIDE = { width: 1280, bottom: 668, right: 1280 - 56 }  // below is the foot
const CODE_SIZES = [25, 23, 21, 20]  // pixels; never below 20
const ROOMY = 560
const SPLIT = "ul, ol, dl, table, .admonition, .aside, .result"
const FIXED = "colgroup, thead, .admonition-title, .provenance, .stale"  // repeated on each part
const HEAD = ".head, .facts, h2"

/** How far a slide's content reaches over its edges, in pixels; zeros when it fits. */
function slideOverflow(slide, bottom = SLIDE.bottom) {
  const box = slide.getBoundingClientRect(), scale = box.width / SLIDE.width || 1
  let low = 0, right = 0
  for (const block of slide.querySelectorAll(":scope > :not(aside), table, pre, img, svg, .whole")) {
    const edge = block.getBoundingClientRect()
    if (!edge.height) continue
    low = Math.max(low, (edge.bottom - box.top) / scale)
    right = Math.max(right, (edge.right - box.left) / scale)
    if (block.matches("pre, table")) right = Math.max(right, right + block.scrollWidth - block.clientWidth)
  }
  const over = n => Math.max(0, Math.round(n))
  return { height: over(low - bottom), width: over(right - SLIDE.right) }
}

/** Fit all slides of a deck; call it before reveal.js starts, with the typefaces loaded. */
function fitSlides(slides, { notesOnce = false } = {}) {
  const over = (slide, bottom) => {
    const { height, width } = slideOverflow(slide, bottom)
    return height || width
  }
  const longest = slide => Math.max(0, ...[...slide.querySelectorAll("pre code")]
    .flatMap(code => code.textContent.split("\n").map(line => line.length)))

  function fit(slide) {
    const columns = longest(slide)
    const fits = CODE_SIZES.filter(size => columns * size * 0.6 <= SLIDE.right - 56 - 44)
    for (const size of columns ? fits : []) {
      slide.style.setProperty("--code", size + "px")
      if (!over(slide)) return
    }
    slide.style.setProperty("--code", CODE_SIZES.at(-1) + "px")
    if (!columns) {  // little text is shown large
      slide.classList.add("roomy")
      if (!over(slide, ROOMY)) return
      slide.classList.remove("roomy")
    }
    if (!over(slide)) return
    for (const size of ["snug", "dense"]) {
      slide.classList.remove("snug")
      slide.classList.add(size)
      if (!over(slide)) return
    }
    if (slideOverflow(slide).width) slide.classList.add("anywhere")  // words may break
    if (!over(slide)) return
    const blocks = [...slide.children].filter(child => !child.matches(`aside, ${HEAD}`))
    if (blocks.length > 1) {  // whole blocks, if need be dense
      const pages = build(slide, blocks.map(block => ({ nodes: [block], chain: [] })), SLIDE.bottom)
      if (!pages.some(page => over(page))) return put(slide, pages.map(loosen))
      pages.forEach(page => page.remove())
    }
    const parts = atoms(slide)
    if (parts.length < 2) return
    slide.classList.remove("dense")
    let pages = build(slide, parts, SLIDE.bottom)
    let low = 300, high = SLIDE.bottom
    for (let step = 0; step < 5 && pages.length > 1; step++) {  // no lone last line
      const middle = (low + high) / 2, wanted = pages.length
      const trial = build(slide, parts, middle)
      trial.forEach(page => page.remove())
      if (trial.length > wanted) low = middle
      else high = middle
    }
    pages.forEach(page => page.remove())
    pages = build(slide, parts, high)
    put(slide, pages.map(loosen))
  }

  const loosen = page => {
    page.classList.remove("dense")
    if (over(page)) page.classList.add("snug")
    if (over(page)) page.classList.replace("snug", "dense")
    return page
  }

  /** The smallest parts that a slide may be split into, each with the containers it stands in. */
  function atoms(container, chain = []) {
    const found = []
    for (const child of container.children) {
      if (child.matches(`aside, ${FIXED}`) || (!chain.length && child.matches(HEAD))) continue
      if (child.matches("dl")) {
        for (const term of child.querySelectorAll(":scope > dt")) {
          const nodes = [term]
          for (let n = term.nextElementSibling; n?.matches("dd"); n = n.nextElementSibling) nodes.push(n)
          found.push({ nodes, chain: [...chain, child] })
        }
      } else if (child.matches("table")) {
        keepColumns(child)
        for (const row of child.querySelectorAll("tbody > tr")) found.push({ nodes: [row], chain: [...chain, child] })
      } else if (child.matches("ul, ol")) {
        ;[...child.children].forEach((item, i) => found.push({ nodes: [item], chain: [...chain, child], at: i }))
      } else if (child.matches(SPLIT)) {
        found.push(...atoms(child, [...chain, child]))
      } else {
        found.push({ nodes: [child], chain })
      }
    }
    return found
  }

  /** Parts of a table keep the columns of the whole. */
  function keepColumns(table) {
    if (table.querySelector("colgroup") || !table.rows.length) return
    const group = document.createElement("colgroup"), whole = table.offsetWidth
    for (const cell of table.rows[0].cells) {
      const column = document.createElement("col")
      column.style.width = `${100 * cell.offsetWidth / whole}%`
      group.append(column)
    }
    table.prepend(group)
  }

  /** Lay the parts out on as many slides as it takes, each filled to `bottom` at most. */
  function build(slide, parts, bottom) {
    const pages = []
    let page, open, filled
    const turn = () => {
      page = slide.cloneNode(false)
      page.append(...[...slide.children].filter(child => child.matches(HEAD)).map(child => child.cloneNode(true)))
      const title = page.querySelector("h2")
      if (pages.length) {
        page.removeAttribute("id")
        delete page.dataset.minutes
        if (title && !title.querySelector(".continued")) {
          title.insertAdjacentHTML("beforeend", ' <small class="continued">continued</small>')
        }
      }
      const last = pages.at(-1) ?? slide
      last.after(page)
      pages.push(page)
      open = new Map()
      filled = 0
    }
    const put = part => {
      let into = page
      for (const container of part.chain) {
        if (!open.has(container)) {
          const part_ = container.cloneNode(false)
          const fixed = [...container.children].filter(child => child.matches(FIXED))
          part_.append(...fixed.map(child => child.cloneNode(true)))
          if (container.matches("ol")) part_.start = container.start + part.at
          if (container.matches("table")) part_.append(document.createElement("tbody"))
          place(into, part_)
          open.set(container, part_)
        }
        into = open.get(container)
      }
      const clones = part.nodes.map(node => node.cloneNode(true))
      clones.forEach(clone => place(into.matches("table") ? into.tBodies[0] : into, clone))
      return clones
    }
    const take = (clones, had) => {
      clones.forEach(clone => clone.remove())
      for (const [container, part] of open) if (!had.has(container)) { part.remove(); open.delete(container) }
    }
    turn()
    let label = null  // of a tab: stays with what follows it
    for (const part of parts) {
      const had = new Map(open), clones = put(part)
      if (over(page, bottom) && filled > (label ? 1 : 0)) {
        take(clones, had)
        if (label) label.clones.forEach(clone => clone.remove())
        turn()
        if (label) put(label.part)
        put(part)
      }
      label = part.nodes[0].matches(".tab") ? { part, clones } : null
      filled++
    }
    const notes = slide.querySelector(":scope > aside.notes")
    if (notes) pages.slice(0, notesOnce ? 1 : undefined).forEach(page => page.append(notes.cloneNode(true)))
    return pages
  }

  /** Where an output comes from stays below it. */
  const place = (into, node) => {
    const last = into.matches(".result") && into.querySelector(":scope > .provenance")
    last ? last.before(node) : into.append(node)
  }

  /** Put the parts of a slide one below the other. */
  function put(slide, pages) {
    if (slide.parentElement === slides) {
      const column = document.createElement("section")
      slide.before(column)
      column.append(...pages)
    }
    slide.remove()
  }

  slides.classList.add("measuring")
  for (const slide of [...slides.querySelectorAll("section:not(:has(> section))")]) {
    const column = slide.parentElement === slides ? null : slide.parentElement
    column?.classList.add("measured")
    slide.classList.add("measured")
    fit(slide)
    column?.classList.remove("measured")
  }
  slides.querySelectorAll(".measured").forEach(slide => slide.classList.remove("measured"))
  slides.classList.remove("measuring")
}
