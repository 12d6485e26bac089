import {
  BucketUrl,
  FlagSetting,
  Secrets,
  StoreUrl,
  TextSetting,
  WholeNumber,
} from './environment-rules.js';
import { ToolEnvironment } from './tool-environment.js';

const mebibyte = 1024 * 1024;

/** Declares what is kept, where, and sealed with what, and for whom. */
export class StateEnvironment extends ToolEnvironment {
  // Callers
  @TextSetting(/^[^\0]{1,4096}$/, 'must be the path of a file')
  CALLERS_FILE?: string;

  // State
  @StoreUrl()
  STORE_URL = 'memory:';

  @TextSetting(/^.{16,1000}$/, 'must be a secret of at least 16 characters')
  STORE_SECRET?: string;

  @WholeNumber(60, 315_360_000)
  STORE_TTL_SECS = 2_592_000;

  @WholeNumber(mebibyte, 1024 * 1024 * mebibyte)
  STORE_MAX_BYTES = 256 * mebibyte;

  @WholeNumber(2, 1_000)
  STORE_MAX_CONNECTIONS = 10;

  @WholeNumber(1, 1024 * mebibyte)
  MAX_FILE_BYTES = 32 * mebibyte;

  @WholeNumber(1, 1024 * 1024 * mebibyte)
  MAX_OWNER_FILE_BYTES = 64 * mebibyte;

  @WholeNumber(0, 100_000)
  MAX_OWNER_FILES = 1_000;

  @WholeNumber(1, 1024 * 1024 * mebibyte)
  MAX_TOTAL_FILE_BYTES = 128 * mebibyte;

  @BucketUrl()
  FILES_URL?: string;

  @TextSetting(/^[\w-]{1,100}$/, 'must be the name of a region')
  FILES_REGION?: string;

  @TextSetting(/^[\x21-\x7e]{1,1000}$/, 'must be a key without white space')
  FILES_ACCESS_KEY_ID?: string;

  @TextSetting(/^[\x21-\x7e]{1,1000}$/, 'must be a key without white space')
  FILES_SECRET_ACCESS_KEY?: string;

  @FlagSetting()
  STORE_SEAL = false;

  // Secrets
  @Secrets()
  SEAL_KEYS: readonly string[] = [];
}
