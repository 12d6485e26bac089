import { ProxyUrl, TextSetting } from './environment-rules.js';
import { ObservingEnvironment } from './observing-environment.js';

/** Lists the variables of the network's way out, which other programs read by the same names. */
export class EgressEnvironment extends ObservingEnvironment {
  @ProxyUrl()
  HTTPS_PROXY?: string;

  @ProxyUrl()
  HTTP_PROXY?: string;

  // Whatever stands there for others is no reason not to start.
  @TextSetting(/^/, 'must be a list of hosts')
  NO_PROXY = '';
}
