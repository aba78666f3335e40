// Starts a deck: leaves out what the path leaves out, splits what is too long, then reveal.js.
(async () => {
  const root = document.documentElement
  const short = root.dataset.path === "120"
  const minutes = data => 60 * Number(short ? data.path120 : data.minutes)
  if (short) document.querySelectorAll("[data-self-study]").forEach(slide => slide.remove())

  // Measuring needs typefaces and pictures. A deck starts without those that do not come in time: a
  // browser may refuse typefaces from file://, and a lost picture must not keep a speaker waiting.
  const settled = (waits, seconds) => Promise.race([
    Promise.allSettled(waits), new Promise(done => setTimeout(done, 1000 * seconds)),
  ])
  const faces = ["400 24px Inter", "650 24px Inter", "400 20px 'JetBrains Mono'"]
  await Promise.all([
    settled(faces.map(face => document.fonts.load(face)), 3),
    settled([...document.querySelectorAll(".slides img")].map(image => image.decode()), 10),
  ])
  const printing = /[?&](view=print|print-pdf)/.test(location.search)
  fitSlides(document.querySelector(".slides"), { notesOnce: printing })

  // A section's minutes, shared by its slides: the speaker window's pacing.
  let group = []
  const share = () => {
    const seconds = group.length && Math.round(minutes(group[0].closest("[data-minutes]").dataset) / group.length)
    group.forEach(slide => { slide.dataset.timing = seconds })
  }
  for (const slide of document.querySelectorAll(".slides section:not(:has(> section))")) {
    if (slide.dataset.minutes) { share(); group = [] }
    if (slide.dataset.minutes || group.length) group.push(slide)
  }
  share()

  await Reveal.initialize({
    width: 1280, height: 720, margin: 0, center: false, hash: true, transition: "none",
    backgroundTransition: "none", slideNumber: "c/t", controlsTutorial: false,
    pdfSeparateFragments: false, scrollActivationWidth: null, totalTime: minutes(root.dataset), plugins: [RevealNotes],
  })
  Reveal.addKeyBinding({ keyCode: 68, key: "D", description: "Light or dark" }, toggleScheme)
})()
