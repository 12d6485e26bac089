import { expect, it } from '@jest/globals';
import { readEnvironment } from './read-environment.js';
import { renewSecrets, secretsForRestart } from './renew-secrets.js';
import type { Settings } from './settings.js';
import { toSettings } from './to-settings.js';

const settingsWith = (secret: string, storeSecret = 'a secret of the tests'): Settings =>
  toSettings(
    readEnvironment({
      STORE_URL: 'sqlite:a.db',
      STORE_SECRET: storeSecret,
      FILES_URL: 'https://s3.example/bucket',
      FILES_ACCESS_KEY_ID: `id of ${secret}`.replaceAll(' ', '-'),
      FILES_SECRET_ACCESS_KEY: secret,
    }),
  );

it('the keys of a bucket are others from then on, for whoever reads the settings', () => {
  const settings = settingsWith('one');
  const { bucket } = settings.files;
  renewSecrets(settings, settingsWith('two'));
  expect(bucket).toMatchObject({ accessKeyId: 'id-of-two', secretAccessKey: 'two' });
});

it('what belongs to the open state needs a restart, and keys of a bucket do not', () => {
  expect(secretsForRestart(settingsWith('one'), settingsWith('two'))).toEqual([]);
  const other = settingsWith('one', 'another secret of the tests');
  expect(secretsForRestart(settingsWith('one'), other)).toEqual(['STORE_SECRET']);
});
