import { PassThrough } from 'node:stream';
import { TestEnvironment } from 'jest-environment-node';

/** nestjs-pino has one root logger per process, so all applications of a worker write here. */
const log = new PassThrough();
log.resume();

/**
 * Gives the tests the compiled service. It is loaded once per worker, outside of what jest loads anew for each file, since
 * its 2,600 modules are two seconds of a core.
 */
export default class CompiledService extends TestEnvironment {
  async setup() {
    await super.setup();
    const load = () => import('../../dist/app.factory.js');
    this.global.compiledService = { load, log, Date };
  }

  async teardown() {
    log.removeAllListeners('data').resume();
    await super.teardown();
  }
}
