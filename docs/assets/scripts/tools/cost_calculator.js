// The cost calculator: the formula of hooks/site/tools/cost_calculator.py, a drawing, a table.
{
  const tool = window.courseTool.open("cost_calculator")
  if (tool) {
    const { form, data } = tool
    const { make, read, write } = window.courseTool
    const fields = [...form.querySelectorAll("input[type=number]")]
    const WAYS = { api: "API", lora: "LoRA, own GPU", scratch: "From scratch, own GPU" }

    const money = dollars => {
      if (dollars < 10) return `$${dollars.toFixed(2)}`
      const unit = 10 ** Math.max(0, String(Math.floor(dollars)).length - 3)
      return `$${(Math.round(dollars / unit) * unit).toLocaleString("en-US", { maximumFractionDigits: 0 })}`
    }
    const count = number => Number(number.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: 0 })

    const perRequest = v => (v.tokens_in * v.price_in + v.tokens_out * v.price_out) / 1e6
    const capacity = v => v.speed * 3600 * v.hours
    const own = (v, requests, once) =>
      Math.max(1, Math.ceil(requests / capacity(v))) * v.gpu * v.hours + once / v.months
    const once = v => ({ lora: v.lora_hours * v.gpu + v.lora_people, scratch: v.scratch + v.scratch_people })
    const costs = (v, requests) => ({
      api: perRequest(v) * requests,
      lora: own(v, requests, once(v).lora),
      scratch: own(v, requests, once(v).scratch),
    })
    // From how many requests a month own GPUs stay cheaper; null if a full GPU never is.
    const breakEven = (v, paid) => {
      const price = perRequest(v), month = v.gpu * v.hours, fixed = paid / v.months
      if (price * capacity(v) <= month) return null
      let gpus = 1
      while (price * gpus * capacity(v) < (gpus + 1) * month + fixed && gpus < 1e6) gpus += 1
      return Math.max((gpus * month + fixed) / price, (gpus - 1) * capacity(v))
    }

    // A number for each field, or a sentence that says which one to mend.
    const values = () => {
      const found = {}
      for (const field of fields) {
        const number = field.value.trim() === "" ? NaN : Number(field.value)
        const sound = Number.isFinite(number) && number >= Number(field.min) && number <= 1e15
        field.setAttribute("aria-invalid", String(!sound))
        if (!sound) return `“${field.labels[0].textContent}” needs a number of at least ${field.min}.`
        found[field.name] = number
      }
      return found
    }

    const verdict = v => {
      const at = costs(v, v.requests)
      const best = Object.keys(at).reduce((a, b) => (at[b] < at[a] ? b : a))
      const from = breakEven(v, once(v).lora)
      const turn = from === null
        ? `One GPU, busy all the time, costs ${money(v.gpu * v.hours)} for ${count(capacity(v))} requests; the API asks ${money(perRequest(v) * capacity(v))} for them. Your own GPU never gets cheaper.`
        : `From about ${count(from)} requests a month, LoRA on your own GPU stays cheaper than the API.`
      return `At ${v.requests.toLocaleString("en-US")} requests a month the cheapest is: ${WAYS[best]}, ${money(at[best])} a month. ${turn}`
    }

    const H = 320, LEFT = 62, RIGHT = 16, TOP = 14, BOTTOM = 40
    const draw = (v, from) => {
      const W = Math.max(300, Math.min(640, form.clientWidth - 40)) // drawn for its width: on a phone, too, text stays readable
      const middle = Math.log10(from ?? v.requests)
      const low = Math.floor(Math.min(middle, Math.log10(v.requests)) - 1.5)
      const high = Math.ceil(Math.max(middle, Math.log10(v.requests)) + 1.5)
      const volumes = Array.from({ length: 400 }, (_, i) => 10 ** (low + ((high - low) * i) / 399))
      const all = volumes.flatMap(n => Object.values(costs(v, n))).filter(c => c > 0)
      const bottom = Math.floor(Math.log10(Math.min(...all))), top = Math.ceil(Math.log10(Math.max(...all)))
      const x = n => LEFT + ((Math.log10(n) - low) / (high - low)) * (W - LEFT - RIGHT)
      const y = c => H - BOTTOM - ((Math.log10(Math.max(c, 10 ** bottom)) - bottom) / (top - bottom || 1)) * (H - TOP - BOTTOM)
      const svg = make("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-labelledby": "cost-drawing", class: "tool__svg" },
        make("title", { id: "cost-drawing" }, "Dollars per month against requests per month, both on logarithmic scales, for the three ways. The table below gives the numbers."))
      const short = n => (n >= 1e9 ? `${n / 1e9} B` : n >= 1e6 ? `${n / 1e6} M` : n >= 1e3 ? `${n / 1e3} k` : `${Number(n.toPrecision(3))}`)
      const apart = Math.ceil((high - low) / (W / 80)), above = Math.ceil((top - bottom) / 6)
      for (let e = low; e <= high; e += apart) {
        svg.append(make("line", { x1: x(10 ** e), x2: x(10 ** e), y1: TOP, y2: H - BOTTOM, class: "tool__grid" }),
          make("text", { x: x(10 ** e), y: H - BOTTOM + 16, "text-anchor": "middle" }, short(10 ** e)))
      }
      for (let e = bottom; e <= top; e += above) {
        svg.append(make("line", { x1: LEFT, x2: W - RIGHT, y1: y(10 ** e), y2: y(10 ** e), class: "tool__grid" }),
          make("text", { x: LEFT - 6, y: y(10 ** e) + 4, "text-anchor": "end" }, `$${short(10 ** e)}`))
      }
      svg.append(make("text", { x: (LEFT + W - RIGHT) / 2, y: H - 6, "text-anchor": "middle" }, "requests per month"))
      for (const way of Object.keys(WAYS)) {
        const path = volumes.map((n, i) => `${i ? "L" : "M"}${x(n).toFixed(1)} ${y(costs(v, n)[way]).toFixed(1)}`).join("")
        svg.append(make("path", { d: path, class: `tool__way tool__way--${way}` }))
      }
      svg.append(make("line", { x1: x(v.requests), x2: x(v.requests), y1: TOP, y2: H - BOTTOM, class: "tool__here" }),
        make("text", { x: x(v.requests) + 5, y: TOP + 10, class: "tool__label" }, "you"))
      if (from) {
        const cost = perRequest(v) * from
        svg.append(make("circle", { cx: x(from), cy: y(cost), r: 5, class: "tool__even" }),
          make("text", { x: x(from) - 9, y: y(cost) - 9, "text-anchor": "end", class: "tool__label" }, `break-even ${short(Number(from.toPrecision(3)))}`))
      }
      const keys = Object.entries(WAYS).map(([way, label]) => make("li", { class: `tool__key tool__key--${way}` }, label))
      return [svg, make("ul", { class: "tool__keys" }, ...keys)]
    }

    const table = v => {
      const volumes = [...new Set([...data.requests, v.requests])].sort((a, b) => a - b)
      const rows = volumes.map(n => {
        const at = costs(v, n), least = Math.min(...Object.values(at))
        const cells = Object.keys(WAYS).map(way => make("td", at[way] === least ? { class: "tool__best" } : {}, money(at[way])))
        return make("tr", {}, make("th", { scope: "row" }, n.toLocaleString("en-US")), ...cells)
      })
      return window.courseTool.table(["Requests per month", ...Object.values(WAYS)], rows)
    }

    const show = () => {
      const v = values()
      const sound = typeof v !== "string"
      form.querySelector(".tool__verdict").textContent = sound ? verdict(v) : v
      form.querySelector(".tool__drawing").replaceChildren(...(sound ? draw(v, breakEven(v, once(v).lora)) : []))
      form.querySelector(".tool__table").replaceChildren(...(sound ? [table(v)] : []))
      if (sound) write(form, data.defaults)
    }

    form.addEventListener("input", show)
    addEventListener("resize", function redraw() {
      if (form.isConnected) show()
      else removeEventListener("resize", redraw)
    })
    form.addEventListener("submit", event => event.preventDefault())
    form.addEventListener("reset", () => setTimeout(show))
    const copy = form.querySelector("[data-copy]"), label = copy.textContent
    copy.addEventListener("click", async () => {
      const copied = await navigator.clipboard?.writeText(location.href).then(() => true, () => false)
      copy.textContent = copied ? "Copied" : "Copy it from the address bar"
      setTimeout(() => { copy.textContent = label }, 3000)
    })
    read(form)
    show()
  }
}
