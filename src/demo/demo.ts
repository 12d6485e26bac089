import { loadSettings } from '../config/configuration.module.js';
import { startDemo, welcome } from './start-demo.js';

/** Starts the demo for `npm run demo`. Of the configuration only HOST_PORT counts; the signals that end it are the application's. */
try {
  const { server } = await loadSettings();
  const demo = await startDemo(server.port);
  process.stdout.write(welcome(demo.url));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
