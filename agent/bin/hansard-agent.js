#!/usr/bin/env node
import './check-node.js'

const { load } = await import('./load.js')
const { runCommandLine } = await load('cli/main')
await runCommandLine(process.argv.slice(2))
