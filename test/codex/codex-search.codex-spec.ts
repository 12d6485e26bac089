import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { searxngAnswer, WebServer } from '../support/web-server.js';
import { lastRound, makesCalls, says, toolNames } from './support/chat-answers.js';
import { codexSuite } from './support/codex-suite.js';

/** Runs the stock Codex CLI with a search engine behind the service, both ways in which it searches. */
describe('codex exec with web search', () => {
  let web: WebServer;
  const environment: Record<string, string> = { WEB_SEARCH_PROVIDER: 'searxng' };
  beforeAll(async () => {
    web = await WebServer.start();
    Object.assign(environment, {
      WEB_SEARCH_URL: web.url,
      WEB_SEARCH_PRIVATE_HOSTS: `127.0.0.1:${web.port}`,
    });
  });
  const codex = codexSuite(environment);
  afterAll(() => web.close());

  beforeEach(() => {
    web.requests.length = 0;
    const found = { url: `${web.url}/page`, title: 'A page', content: 'The snippet of the page.' };
    web.answers.set('/search', () => searxngAnswer('q', [found]));
    web.answers.set('/page', '<html><body><p>The text of the page.</p></body></html>');
  });

  it('the hosted tool is run by the service, and Codex shows the search', async () => {
    const calls = [
      makesCalls([{ name: 'web_search', arguments: { type: 'search', query: 'news of today' } }]),
      makesCalls([
        { name: 'web_search', arguments: { type: 'open_page', url: `${web.url}/page` } },
      ]),
    ];
    const home = await codex.start([...calls, says('Here is the news.')]);
    const run = await home.exec('What is new?', '-c', 'web_search="live"');
    expect(run).toMatchObject({ code: 0, message: 'Here is the news.' });
    expect(toolNames(codex.calls()[0]!)).toContain('web_search');
    expect(lastRound(codex.calls()[2]!).outputs).toEqual([
      expect.stringContaining('The text of the page.'),
    ]);
    const searches = run.events.filter(({ item }) => item?.type === 'web_search');
    expect(JSON.stringify(searches)).toContain('news of today');
    expect(web.paths()).toEqual(['/search', '/page']);
  });

  it("Codex's own search is answered: search, open and find", async () => {
    const commands = {
      search_query: [{ q: 'news of today' }],
      open: [{ ref_id: `${web.url}/page` }],
      find: [{ ref_id: `${web.url}/page`, pattern: 'text of' }],
    };
    const home = await codex.start(
      [makesCalls([{ name: 'web__run', arguments: commands }]), says('Read it.')],
      { provider: 'supports_standalone_web_search = true' },
    );
    const own = ['-c', 'web_search="live"', '-c', 'features.standalone_web_search=true'];
    const run = await home.exec('What is new?', ...own);
    expect(run).toMatchObject({ code: 0, message: 'Read it.' });
    expect(toolNames(codex.calls()[0]!)).toContain('web__run');
    const [output = ''] = lastRound(codex.calls()[1]!).outputs;
    for (const text of ['The snippet', 'The text of the page.', '1 matches']) {
      expect(output).toContain(text);
    }
  });
});
