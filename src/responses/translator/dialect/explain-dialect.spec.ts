import { describe, expect, it } from '@jest/globals';
import { testDialect } from '../../../../test/support/test-dialect.js';
import { explainDialect } from './explain-dialect.js';

describe('who set a field of a dialect', () => {
  it('is the last who changed it', () => {
    const base = testDialect();
    const preset = testDialect({ systemRole: 'user', thinkTags: 'tags' });
    const facts = explainDialect([
      ['default', base],
      ['preset x', preset],
      ['family y', { ...preset, thinkTags: 'off', maxToolNameLength: 40 }],
      ['profile z', { ...preset, thinkTags: 'off', maxToolNameLength: 40 }],
    ]);
    const setBy = Object.fromEntries(facts.map((fact) => [fact.field, fact.setBy]));
    expect(setBy).toMatchObject({
      systemRole: 'preset x',
      thinkTags: 'family y',
      maxToolNameLength: 'family y',
      lateSystem: 'default',
    });
  });

  it('comes with the value as JSON has it', () => {
    const dialect = testDialect({
      allowedFields: new Set(['seed']),
      overflowPatterns: [/too long/i],
    });
    const values = Object.fromEntries(
      explainDialect([['default', dialect]]).map(({ field, value }) => [field, value]),
    );
    expect(values).toMatchObject({ allowedFields: ['seed'], overflowPatterns: ['too long'] });
    expect(JSON.parse(JSON.stringify(values))).toEqual(values);
  });
});
