// The lecture clock: minutes left in the section, ahead of or behind the plan. Kept in this browser, so that
// it goes on while you show slides.
{
  const tool = window.courseTool.open("lecture_clock")
  if (tool) {
    const { form, data: sections } = tool
    const KEY = "lecture-clock"
    const MINUTE = 60_000
    const blank = () => ({ plan: "120", at: 0, started: null, paused: null })
    const load = () => {
      try {
        const kept = JSON.parse(localStorage.getItem(KEY))
        const sound = kept && ["120", "140"].includes(kept.plan) && sections[kept.at] && [kept.started, kept.paused].every(t => t === null || Number.isFinite(t))
        return sound ? kept : blank()
      } catch { return blank() } // damaged, or no storage on file://
    }
    let state = load()
    const save = () => { try { localStorage.setItem(KEY, JSON.stringify(state)) } catch { /* lives as long as the page */ } }

    const part = name => form.querySelector(`[data-${name}]`)
    const minutes = index => sections[index][state.plan]
    const starts = index => sections.slice(0, index).reduce((sum, section) => sum + section[state.plan], 0)
    const total = () => starts(sections.length)
    const clock = ms => {
      const seconds = Math.floor(Math.abs(ms) / 1000)
      return `${ms < 0 ? "-" : ""}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
    }
    const put = (name, text) => { if (part(name).textContent !== text) part(name).textContent = text }

    const show = () => {
      const used = state.started === null ? 0 : (state.paused ?? Date.now()) - state.started
      const section = sections[state.at]
      // Left until the plan leaves this section; what was lost before counts against it.
      const left = (starts(state.at) + minutes(state.at)) * MINUTE - used
      const early = starts(state.at) * MINUTE - used // above zero: this section began ahead of the plan
      put("left", clock(left))
      part("left").classList.toggle("tool__big--over", left < 0)
      put("now", `${state.at + 1} · ${section.title}, ${minutes(state.at)} minutes`)
      const behind = Math.floor(-left / MINUTE), ahead = Math.floor(early / MINUTE)
      put("pace", state.started === null ? "Not started."
        : left < 0 ? (behind ? `${behind} minute${behind === 1 ? "" : "s"} behind the plan.` : "Time for the next section.")
        : ahead >= 1 ? `${ahead} minute${ahead === 1 ? "" : "s"} ahead of the plan.` : "On time.")
      form.querySelector("progress").value = Math.min(100, (used / (total() * MINUTE)) * 100)
      const next = sections[state.at + 1]
      const later = state.plan === "120" && section.later ? ` Left for self-study: ${section.later}.` : ""
      put("line", `${clock(used)} of ${total()}:00 used.${next ? ` Next: ${next.title}, due at ${clock(starts(state.at + 1) * MINUTE)}.` : " Last section."}${later}`)
      for (const button of form.querySelectorAll("[data-do]")) {
        const what = button.dataset.do
        button.disabled = { next: !next, back: !state.at, start: state.started !== null, pause: state.started === null }[what] ?? false
        if (what === "pause") button.textContent = state.paused === null ? "Pause" : "Go on"
      }
      form.elements.plan.value = state.plan
    }

    const DO = {
      start: () => { state.started = Date.now() },
      next: () => { state.at = Math.min(state.at + 1, sections.length - 1) },
      back: () => { state.at = Math.max(state.at - 1, 0) },
      pause: () => {
        if (state.paused === null) state.paused = Date.now()
        else Object.assign(state, { started: state.started + Date.now() - state.paused, paused: null })
      },
      reset: () => { state = { ...blank(), plan: state.plan } },
    }
    form.addEventListener("click", event => {
      const button = event.target.closest("[data-do]")
      if (!button) return
      DO[button.dataset.do]()
      save()
      show()
      if (button.disabled) form.querySelector("[data-do]:not(:disabled)").focus() // a disabled button loses the focus
    })
    form.addEventListener("change", event => {
      if (event.target.name !== "plan") return
      state.plan = event.target.value
      save()
      show()
    })
    form.addEventListener("submit", event => event.preventDefault())
    const timer = setInterval(() => (form.isConnected ? show() : clearInterval(timer)), 500)
    show()
  }
}
