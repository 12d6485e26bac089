/** This is checked before anything else is loaded: an older Node would stop at the first import that it does not know. */
const OLDEST = [22, 19] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `ERROR This service needs Node ${OLDEST.join('.')} or newer; this is Node ${process.versions.node}.\n`,
  );
  process.exit(1);
}

await import('./start-service.js');
