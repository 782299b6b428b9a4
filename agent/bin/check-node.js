// Must stay readable for old versions of Node: it only says that they are too old.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 15)) {
  console.error(
    `hansard-agent needs Node 22.15 or later; this is ${process.version}. Install a newer Node and start again.`,
  )
  process.exit(1)
}
