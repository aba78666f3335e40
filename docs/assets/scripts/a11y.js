// Names, roles, tab stops and printed addresses that Material 9.8.1 leaves out, on every page change.
{
  const each = (selector, change) => document.querySelectorAll(selector).forEach(change)

  const mend = () => {
    each(".md-annotation__index", (link, i) => link.setAttribute("aria-label", `Annotation ${i + 1}`))
    each("nav.md-code__nav", nav => nav.setAttribute("role", "presentation"))
    each(".task-list-control input", box => box.setAttribute("aria-label", box.checked ? "Done" : "Not done"))
    // A section with one page has an empty list, which a phone would show in place of the sections.
    each(".md-nav__container + nav.md-nav:not(:has(li))", nav => {
      nav.parentElement.querySelector(":scope > .md-nav__toggle").remove()
      nav.remove()
    })
    // A section that has a page of its own names its list after an element without text.
    each(".md-nav__container + nav.md-nav", nav => {
      nav.removeAttribute("aria-labelledby")
      nav.setAttribute("aria-label", nav.previousElementSibling.textContent.trim())
    })
    // Paper shows where a link to another site leads (print.css).
    each(".md-content a[href^=http]", link => {
      if (link.host !== location.host) link.dataset.address = link.href
    })
    // What scrolls sideways must scroll by keyboard too. All is measured before anything changes,
    // else the browser lays the page out again for each.
    const boxes = [...document.querySelectorAll(".md-typeset__scrollwrap, .cell-output")]
    const wide = boxes.map(box => box.scrollWidth > box.clientWidth)
    boxes.forEach((box, i) => wide[i] ? box.tabIndex = 0 : box.removeAttribute("tabindex"))
  }

  // Once for all that changes before the next picture.
  let asked = 0
  const soon = () => {
    cancelAnimationFrame(asked)
    asked = requestAnimationFrame(mend)
  }

  document$.subscribe(() => {
    soon()
    // Material adds buttons and annotations to code when it first comes into view.
    new MutationObserver(soon).observe(document.querySelector(".md-content"), { childList: true, subtree: true })
  })
  addEventListener("resize", soon)

  // Any change of the address makes instant navigation fetch this very page anew, and lose the focus.
  addEventListener("click", event => {
    const skip = event.target.closest?.(".md-skip")
    const content = skip && document.getElementById(decodeURIComponent(skip.hash.slice(1)))
    if (!content) return
    event.preventDefault()
    event.stopPropagation()
    content.tabIndex = -1
    content.focus()
  }, true)
}
