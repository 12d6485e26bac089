import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { findStrangers, readEnvFile } from './env-file.js';
import { settingNames } from './read-environment.js';

it('an unknown name in .env is a problem, what others read there is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'env-'));
  const file = join(folder, '.env');
  writeFileSync(
    file,
    '# a comment\nBACKEND_URL=http://h\nBACKEND_API_KEY=\nMY_OWN=1\nCADDY_DOMAIN=x\nCOMPOSE_PROJECT_NAME=x\nhttps_proxy=x\n',
  );
  expect(findStrangers(readEnvFile(file), settingNames())).toEqual([
    'MY_OWN in .env is no setting',
  ]);
  rmSync(folder, { recursive: true });
  expect(readEnvFile(file)).toEqual([]);
});
