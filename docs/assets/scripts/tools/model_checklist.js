// The model checklist: how far the answers carry, and what follows from them, to be printed.
{
  const tool = window.courseTool.open("model_checklist")
  if (tool) {
    const { form, data } = tool
    const { make, read, write } = window.courseTool
    const answer = name => form.elements[name]?.value ?? ""

    // The first question without an answer, and the first that ends the path.
    const judge = () => {
      for (const [name, step] of Object.entries(data.steps)) {
        const value = answer(name)
        if (!value) return { at: name, text: `Next: ${step.question}` }
        if (name === "fine_tuning" && value === "nothing" && answer("zero_shot") === "no") {
          return { at: name, done: true, text: "Zero-shot was not good enough, so something is missing. Say what: labels, facts or a rule." }
        }
        if (step.stop[value]) return { at: name, done: true, text: step.stop[value] }
      }
      const how = data.use[answer("fine_tuning")]
      const terms = answer("license") === "conditions" ? " Put the conditions of the license into your plan." : ""
      return { at: null, done: true, text: how + terms }
    }

    const show = () => {
      const now = judge()
      let beyond = false
      const rows = []
      for (const [name, step] of Object.entries(data.steps)) {
        const box = form.querySelector(`[data-step=${name}]`)
        const stop = box.querySelector("[data-stop]")
        const ends = now.done && now.at === name
        stop.hidden = !ends
        stop.textContent = ends ? now.text : ""
        box.classList.toggle("tool__step--later", beyond)
        if (!beyond && answer(name)) {
          const notes = answer(`${name}_notes`)
          rows.push(make("tr", {}, make("th", { scope: "row" }, step.question), make("td", {}, step.answers[answer(name)]), make("td", {}, notes)))
        }
        if (now.at === name) beyond = true
      }
      const what = answer("what")
      form.querySelector(".tool__result").replaceChildren(
        make("p", { class: `tool__verdict${now.done ? " tool__verdict--done" : ""}` }, now.done ? "Result: " : "", make("b", {}, now.text)),
        ...(what ? [make("p", {}, "For: ", what)] : []),
        ...(rows.length ? [window.courseTool.table(["Question", "Answer", "Notes"], rows)] : []),
        make("p", { class: "tool__note" }, `Model selection checklist, ${new Date().toISOString().slice(0, 10)}.`))
      write(form)
    }

    form.addEventListener("input", show)
    form.addEventListener("submit", event => event.preventDefault())
    form.addEventListener("reset", () => setTimeout(show))
    form.querySelector("[data-print]").addEventListener("click", () => {
      document.body.classList.add("print-result") // the paper holds the result alone
      addEventListener("afterprint", () => document.body.classList.remove("print-result"), { once: true })
      print()
    })
    read(form)
    show()
  }
}
