// Light or dark before the first paint: the choice made on the site, else that of the system.
(() => {
  const root = document.documentElement
  const path = new URL(root.dataset.root + "/", location).pathname
  const key = path + ".__palette"  // Material's own name for it
  const system = matchMedia("(prefers-color-scheme: dark)")
  const query = new URLSearchParams(location.search)
  const chosen = () => {
    if (query.get("view") === "print") return { scheme: "default" }  // paper is light
    try { return JSON.parse(localStorage.getItem(key))?.color } catch { return null }
  }
  const apply = () => {
    const color = chosen()
    const asSystem = !color?.scheme || color.media === "(prefers-color-scheme)"
    root.dataset.mdColorScheme = asSystem ? (system.matches ? "slate" : "default") : color.scheme
  }
  window.toggleScheme = () => {
    const dark = root.dataset.mdColorScheme !== "slate"
    const color = {
      media: `(prefers-color-scheme: ${dark ? "dark" : "light"})`,
      scheme: dark ? "slate" : "default", primary: "custom", accent: "custom",
    }
    root.dataset.mdColorScheme = color.scheme
    try { localStorage.setItem(key, JSON.stringify({ index: dark ? 2 : 1, color })) } catch { /* file:// may refuse */ }
  }
  system.addEventListener("change", apply)
  addEventListener("storage", apply)  // the speaker window, or a page of the site
  apply()
  if (query.get("path") === "120") root.dataset.path = "120"
  if (query.has("receiver")) root.classList.add("receiver")  // a view inside the speaker window
})()
