import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { pdfOf } from '../../../../test/support/documents.js';
import { readDocument } from './read-document.js';

const read = (bytes: Uint8Array, mostBytes?: number) =>
  readDocument(Buffer.from(bytes).toString('base64'), mostBytes);
const archive = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));

describe('the text of a document', () => {
  it('is that of the pages of a PDF', async () => {
    expect(await read(pdfOf('One (page)', 'Two'))).toMatchObject({
      text: '[page 1]\nOne (page)\n[page 2]\nTwo',
      isCut: false,
      problem: undefined,
    });
    expect((await read(pdfOf('Alone'))).text).toBe('Alone');
  });

  it('is that of paragraphs and tables of a docx, without what was deleted and without entities', async () => {
    const cell = (text: string) => `<w:tc><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:tc>`;
    const body =
      '<!DOCTYPE d [<!ENTITY e "entity">]><w:document><w:body>' +
      '<w:p><w:r><w:t>Grüße &amp; </w:t></w:r><w:del><w:delText>gone</w:delText></w:del><w:r><w:t>mehr&e;</w:t></w:r></w:p>' +
      `<w:tbl><w:tr>${cell('a')}${cell('b')}</w:tr></w:tbl></w:body></w:document>`;
    const { text } = await read(archive({ 'word/document.xml': body }));
    expect(text).toBe('Grüße & mehr&e;\na \tb');
  });

  it('is that of the cells of a xlsx and of the slides of a pptx', async () => {
    const sheet =
      '<row><c r="A1" t="s"><v>0</v></c><c r="C1"><v>4.5</v></c></row>' +
      '<row><c r="A2" t="inlineStr"><is><t>x</t></is></c></row>';
    const sheets = archive({
      'xl/workbook.xml': '<workbook><sheets><sheet name="Q1" r:id="r1"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels': '<R><Relationship Id="r1" Target="worksheets/s.xml"/></R>',
      'xl/sharedStrings.xml': '<sst><si><r><t>Pri</t></r><r><t>ce</t></r></si></sst>',
      'xl/worksheets/s.xml': `<worksheet><sheetData>${sheet}</sheetData></worksheet>`,
    });
    expect((await read(sheets)).text).toBe('[sheet Q1]\nPrice\t\t4.5\nx');
    const slide = (text: string) => `<p:sld><a:p><a:t>${text}</a:t></a:p></p:sld>`;
    const slides = archive({
      'ppt/presentation.xml': '<p/>',
      'ppt/slides/slide10.xml': slide('ten'),
      'ppt/slides/slide2.xml': slide('two'),
    });
    expect((await read(slides)).text).toBe('[slide 2]\ntwo\n[slide 10]\nten');
  });

  it('is cut where it is too long', async () => {
    const long = `<w:document><w:p><w:t>${'x'.repeat(1_200_000)}</w:t></w:p></w:document>`;
    const { text, isCut } = await read(archive({ 'word/document.xml': long }));
    expect([text.length, isCut]).toEqual([1_000_000, true]);
  });

  it.each([
    ['nothing on its pages', pdfOf('', ''), 'it has no text'],
    ['a broken PDF', strToU8('%PDF-1.4 and no more'), 'it is damaged or protected'],
    ['a broken archive', strToU8('PK\u0003\u0004'), 'it is damaged or protected'],
    ['another archive', archive({ 'a.txt': 'x' }), 'it is neither PDF, docx, xlsx nor pptx'],
    [
      'an archive that unpacks to too much',
      zipSync({ 'word/document.xml': new Uint8Array(70 * 1024 * 1024) }),
      'it is too large when unpacked',
    ],
  ])('is refused with the reason: %s', async (_name, bytes, problem) => {
    expect(await read(bytes)).toEqual({ text: '', isCut: false, problem });
  });

  it('of a stream that unpacks to far more costs no more than its bounds, and the next one is read', async () => {
    const spaces = deflateSync(deflateSync(Buffer.alloc(256 * 1024 * 1024, ' ')));
    const bomb = pdfOf({ bytes: spaces, filter: '[/FlateDecode/FlateDecode]' });
    const [refused, next] = await Promise.all([read(bomb, 64 * 1024 * 1024), read(pdfOf('Next'))]);
    expect(refused.problem).toMatch(/too much memory|too long/);
    expect(next.text).toBe('Next');
  }, 60_000);
});
