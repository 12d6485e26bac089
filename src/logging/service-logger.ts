import { Injectable } from '@nestjs/common';
import { Logger, PinoLogger } from 'nestjs-pino';

/** These tell Nest's own account of a start: a line for each module and route. */
const narrators = new Set([
  'NestFactory',
  'NestApplication',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
]);

/** Takes Nest's lines; what Nest tells of its start is at debug, so that a start is one line, `listening`. */
@Injectable()
export class ServiceLogger extends Logger {
  constructor(logger: PinoLogger) {
    super(logger, {});
  }

  override log(message: unknown, ...optional: unknown[]): void {
    const context = optional.at(-1);
    if (typeof context === 'string' && narrators.has(context)) this.debug(message, ...optional);
    else super.log(message, ...optional);
  }
}
