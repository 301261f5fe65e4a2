/** Ends the process with a sentence instead of a syntax error somewhere in a package. Imported first. */
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Gatehouse needs Node.js 20.19 or newer; this is ${process.versions.node}. Node.js 24 is advised.`);
  process.exit(1);
}
