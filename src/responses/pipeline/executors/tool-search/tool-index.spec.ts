import { describe, expect, it } from '@jest/globals';
import { deferredTools } from '../../../translator/request/tools/deferred-tools.js';
import { ToolIndex } from './tool-index.js';

const tool = (name: string, description: string, properties = {}) => ({
  type: 'function',
  name,
  description,
  parameters: { type: 'object', properties },
  defer_loading: true,
});
const index = new ToolIndex(
  deferredTools([
    tool('getCustomerProfile', 'Fetches one person.', { id: { description: 'Their number' } }),
    tool('send_mail', 'Sends a letter.', { recipient: { type: 'string' } }),
    {
      type: 'namespace',
      name: 'crm',
      description: 'Everything about orders.',
      tools: [tool('list_open', 'Lists what is open.'), tool('close_one', 'Closes it.')],
    },
    { type: 'custom', name: 'run_sql', description: 'Takes SQL', defer_loading: true },
  ]),
);
const namesOf = async (query: string, limit = 8) =>
  (await index.find(query, limit)).map(({ name }) => name);

describe('the index of deferred tools', () => {
  it.each([
    ['customer', ['getCustomerProfile']],
    ['SEND a mail', ['send_mail']],
    ['recipient', ['send_mail']],
    ['number', ['getCustomerProfile']],
    ['sql', ['run_sql']],
    ['order', ['crm']],
    ['weather', []],
    ['', []],
  ])('finds by names, descriptions and parameters: %s', async (query, names) => {
    expect(await namesOf(query)).toEqual(names);
  });

  it('puts the name before the description, and keeps members of a namespace together', async () => {
    expect(await index.find('orders close', 8)).toMatchObject([
      { type: 'namespace', name: 'crm', tools: [{ name: 'close_one' }, { name: 'list_open' }] },
    ]);
    expect(await index.find('orders close', 1)).toMatchObject([{ tools: [{ name: 'close_one' }] }]);
  });

  it('a find changes nothing for the next one', async () => {
    const first = await index.find('orders', 8);
    expect(await index.find('orders', 8)).toEqual(first);
  });
});
