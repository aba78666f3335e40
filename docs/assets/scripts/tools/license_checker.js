// The license checker: the rules of snippets/licenses/license_check.py, on the Hub's answer or the registry's.
// The only script of the site that asks another site, and only when its button is pressed.
{
  const tool = window.courseTool.open("license_checker")
  if (tool) {
    const { form, data } = tool
    const { make, read, write } = window.courseTool
    const { RULES, ALSO_BUILT_ON, STRICTEST_FIRST, known, datasets } = data
    const HUB = "https://huggingface.co/api"
    const ID = /^[\w-][\w.-]*(\/[\w-][\w.-]*)?$/
    const MOST = 20 // models asked about in one check
    const WORDS = {
      yes: "Yes", conditions: "Yes, with conditions", no: "No",
      deny: "Deny, until a person has read the terms",
    }
    const result = form.querySelector(".tool__result")

    const list = value => (Array.isArray(value) ? value.map(String) : value ? [String(value)] : [])
    const tagOf = card => list(card?.license).join(" + ") || "none"
    const strictest = answers => STRICTEST_FIRST.find(one => answers.includes(one))

    class Missing extends Error {}
    const ask = async path => {
      const answer = await fetch(`${HUB}/${path}`, { credentials: "omit", referrerPolicy: "no-referrer" })
      if ([400, 401, 403, 404].includes(answer.status)) throw new Missing(path)
      if (!answer.ok) throw new TypeError(`status ${answer.status}`)
      return answer.json()
    }
    const hub = {
      async model(id) {
        if (!ID.test(id)) throw new Missing(id)
        const info = await ask(`models/${id}`)
        return { card: info.cardData, gated: Boolean(info.gated), commit: info.sha }
      },
      async dataset(id) {
        return ID.test(id) ? tagOf((await ask(`datasets/${id}`)).cardData) : "not on the Hub"
      },
    }
    const registry = {
      async model(id) {
        if (!known[id]?.card) throw new Missing(id)
        return { card: known[id].card, gated: known[id].gated, commit: "" }
      },
      async dataset(id) {
        return id in datasets ? datasets[id] ?? "none" : "not in the registry"
      },
    }

    // What `license_check` returns, from whoever answers.
    const check = async (id, source, above = [], budget = { left: MOST }) => {
      if (budget.left-- <= 0) throw new RangeError(`more than ${MOST} base models`)
      const { card, gated, commit } = await source.model(id)
      const tag = tagOf(card)
      const link = /^https:\/\//.test(card?.license_link ?? "") ? card.license_link : "its license file"
      const [own, terms] = Object.hasOwn(RULES, tag) ? RULES[tag]
        : ["deny", tag === "none" ? "No license is stated, so nothing is granted." : `Unknown: read ${link}, then decide.`]
      const path = [...above, id]
      const bases = []
      for (const base of new Set([...list(card?.base_model), ...(ALSO_BUILT_ON[id] ?? [])])) {
        if (path.includes(base)) continue
        bases.push(await check(base, source, path, budget).catch(error => {
          if (!(error instanceof Missing)) throw error
          return { id: base, license: "none", terms: "Not found: ask where it comes from.", own: "deny", commercial: "deny", bases: [], data: [] }
        }))
      }
      const data = []
      for (const name of list(card?.datasets).slice(0, MOST)) {
        data.push([name, await source.dataset(name).catch(error => {
          if (!(error instanceof Missing)) throw error
          return "not on the Hub"
        })])
      }
      const name = tag === "other" && card?.license_name ? ` (${card.license_name})` : ""
      const commercial = strictest([own, ...bases.map(base => base.commercial)])
      return { id, license: tag + name, terms, own, commercial, gated, commit, bases, data }
    }

    const lines = found => {
      const items = [make("li", {}, make("b", {}, found.license), `: ${found.terms}`)]
      if (found.gated) items.push(make("li", {}, "Gated: each user has to accept the terms."))
      for (const [name, tag] of found.data) items.push(make("li", {}, "Dataset ", make("code", {}, name), `: ${tag}. For a person to judge.`))
      for (const base of found.bases) {
        items.push(make("li", {}, "Built on ", make("code", {}, base.id), make("ul", {}, ...lines(base))))
      }
      return items
    }

    const show = (found, said) => {
      const person = known[found.id]
      const read = person
        ? [make("p", {}, "In the course's registry a person entered: ",
            make("b", {}, WORDS[person.commercial]), person.unverified ? " (not verified). " : ". ", person.conditions)]
        : []
      result.replaceChildren(
        make("p", { class: `tool__verdict tool__verdict--${found.commercial}` }, "Commercial use: ", make("b", {}, WORDS[found.commercial])),
        make("p", {}, make("code", {}, found.id)), make("ul", {}, ...lines(found)), ...read,
        make("p", { class: "tool__note" }, said, " Not legal advice."))
    }
    const tell = text => result.replaceChildren(make("p", {}, text))

    const offHub = id => known[id] && !known[id].card
    const fromRegistry = async (id, before = "") => {
      if (offHub(id)) {
        const { license, commercial, conditions } = known[id]
        return show({ id, license, terms: conditions || "See the registry.", own: commercial, commercial, bases: [], data: [] },
          `${before}Not on the Hub: this is what a person entered into the course's registry.`)
      }
      try {
        show(await check(id, registry), `${before}From the course's registry, compiled in November 2026.`)
      } catch (error) {
        if (!(error instanceof Missing)) throw error
        tell(`${before}${id} is not among the ${Object.keys(known).length} models of this course. Ask the Hub about it.`)
      }
    }

    const given = () => {
      const id = form.elements.id.value.trim().replace(/^https:\/\/huggingface\.co\//, "").replace(/\/(tree|blob|resolve)\/.*$|\/+$/, "")
      if (ID.test(id)) return id
      tell(id ? `“${id}” is no model id: write organization/name, such as bigscience/bloom.` : "Type a model id, such as bigscience/bloom.")
      form.elements.id.focus()
      return null
    }

    form.addEventListener("submit", async event => {
      event.preventDefault()
      const id = given()
      if (!id) return
      write(form)
      if (offHub(id)) return fromRegistry(id)
      tell("Asking huggingface.co …")
      try {
        const found = await check(id, hub)
        const today = new Date().toISOString().slice(0, 10)
        show(found, `Asked huggingface.co on ${today}; main is at commit ${String(found.commit).slice(0, 7)}. Your own copy may be another one.`)
      } catch (error) {
        if (error instanceof Missing) return tell(`The Hub has no public model ${id}: check the spelling.`)
        if (error instanceof RangeError) return tell(`${id} names ${error.message}: use the Python snippet.`)
        await fromRegistry(id, "huggingface.co could not be reached. ")
      }
    })
    form.querySelector("[data-registry]").addEventListener("click", () => {
      const id = given()
      if (!id) return
      write(form)
      fromRegistry(id)
    })
    form.noValidate = true // our own sentence says more than the browser's bubble
    read(form)
    if (form.elements.id.value && given()) fromRegistry(given()) // a link shows the registry's answer, and asks nobody
  }
}
