import { BackendEnvironment } from './backend-environment.js';
import {
  HostPatterns,
  HttpUrl,
  OneOfSetting,
  Seconds,
  TextSetting,
  WholeNumber,
} from './environment-rules.js';

/** Lists the variables of the tools that the service runs itself. */
export class ToolEnvironment extends BackendEnvironment {
  @TextSetting(/^[^\0]{1,4096}$/, 'must be the path of a file')
  MCP_SERVERS?: string;

  @HostPatterns()
  MCP_ALLOWED_HOSTS: readonly string[] = [];

  @OneOfSetting(['searxng', 'brave', 'tavily'])
  WEB_SEARCH_PROVIDER?: 'searxng' | 'brave' | 'tavily';

  @HttpUrl()
  WEB_SEARCH_URL?: string;

  @TextSetting(/^[\x21-\x7e]{1,1000}$/, 'must be a key without white space')
  WEB_SEARCH_API_KEY?: string;

  @HostPatterns()
  WEB_SEARCH_PRIVATE_HOSTS: readonly string[] = [];

  @Seconds(0.1, 3_600)
  TOOL_TIMEOUT_SECS = 60;

  @Seconds(0.1, 86_400)
  TOOLS_TOTAL_TIMEOUT_SECS = 600;

  @WholeNumber(1, 1_000)
  MAX_TOOL_TURNS = 32;

  @WholeNumber(100, 10_000_000)
  MAX_TOOL_RESULT_CHARACTERS = 100_000;
}
