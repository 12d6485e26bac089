import { describe, expect, it } from '@jest/globals';
import { refusal, translate } from '../../../../../test/support/translate.js';
import type { BackendDialect } from '../../dialect/dialect.js';

const PNG = 'data:image/png;base64,AAAA';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const dataUrl = (type: string, text: string) => `data:${type};base64,${base64(text)}`;
const image = (url: string, detail?: string) => ({
  type: 'image_url',
  image_url: detail === undefined ? { url } : { url, detail },
});
const text = (value: string) => ({ type: 'text', text: value });

function userContent(content: unknown, dialect: Partial<BackendDialect> = {}) {
  const { chatRequest, warnings } = translate({ input: [{ role: 'user', content }] }, dialect);
  return { content: chatRequest.messages[0]!.content, warnings };
}

describe('content parts of a user message', () => {
  it.each([
    ['string', 'x', 'x'],
    ['empty string', '', ''],
    ['null', null, ''],
    ['no part', [], ''],
    ['one text', [{ type: 'input_text', text: 'a' }], 'a'],
    ['texts are joined', [text('a'), { type: 'output_text', text: 'b' }], 'a\nb'],
    [
      'summary_text and refusal',
      [
        { type: 'summary_text', text: 'a' },
        { type: 'refusal', refusal: 'b' },
      ],
      'a\nb',
    ],
    ['text without text', [{ type: 'text' }], ''],
    [
      'image keeps the order',
      [text('a'), { type: 'input_image', image_url: PNG }, text('b')],
      [text('a'), image(PNG), text('b')],
    ],
    [
      'image as chat part',
      [{ type: 'image_url', image_url: { url: PNG, detail: 'low' } }],
      [image(PNG, 'low')],
    ],
    [
      'image as http URL',
      [{ type: 'input_image', image_url: 'https://x/y.png' }],
      [image('https://x/y.png')],
    ],
    [
      'detail auto is the default',
      [{ type: 'input_image', image_url: PNG, detail: 'auto' }],
      [image(PNG)],
    ],
    [
      'detail high',
      [{ type: 'input_image', image_url: PNG, detail: 'high' }],
      [image(PNG, 'high')],
    ],
    [
      'text file as data URL',
      [{ type: 'input_file', filename: 'a.txt', file_data: dataUrl('text/plain', 'grüß') }],
      '<file name="a.txt">\ngrüß\n</file>',
    ],
    [
      'JSON file without a name',
      [{ type: 'input_file', file_data: dataUrl('application/json', '{}') }],
      '<file>\n{}\n</file>',
    ],
    [
      'bare base64 with a texty name',
      [{ type: 'input_file', filename: 'a.csv', file_data: base64('1,2') }],
      '<file name="a.csv">\n1,2\n</file>',
    ],
    [
      'vague data URL with a texty name',
      [
        {
          type: 'input_file',
          filename: 'a.py',
          file_data: dataUrl('application/octet-stream', 'x'),
        },
      ],
      '<file name="a.py">\nx\n</file>',
    ],
    [
      'percent-encoded data URL',
      [{ type: 'input_file', file_data: 'data:,a%20b' }],
      '<file>\na b\n</file>',
    ],
    [
      'PDF as data URL',
      [{ type: 'input_file', filename: 'a.pdf', file_data: dataUrl('application/pdf', '%PDF') }],
      [
        {
          type: 'file',
          file: { filename: 'a.pdf', file_data: dataUrl('application/pdf', '%PDF') },
        },
      ],
    ],
    [
      'PDF as bare base64, known by its name',
      [{ type: 'input_file', filename: 'a.pdf', file_data: 'AAAA' }],
      [
        {
          type: 'file',
          file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' },
        },
      ],
    ],
    [
      'PDF as bare base64, known by its head',
      [{ type: 'input_file', file_data: base64('%PDF-1.7') }],
      [{ type: 'file', file: { file_data: dataUrl('application/pdf', '%PDF-1.7') } }],
    ],
    [
      'chat file part, unknown type',
      [{ type: 'file', file: { filename: 'a.', file_data: 'AAAA' } }],
      [
        {
          type: 'file',
          file: { filename: 'a.', file_data: 'data:application/octet-stream;base64,AAAA' },
        },
      ],
    ],
    [
      'a vague data URL stays vague',
      [{ type: 'input_file', filename: 'a.bin', file_data: 'data:application/octet-stream,x' }],
      [{ type: 'file', file: { filename: 'a.bin', file_data: 'data:application/octet-stream,x' } }],
    ],
  ])('%s', (_name, content, expected) => {
    expect(userContent(content)).toEqual({ content: expected, warnings: [] });
  });

  it('the original of an image is asked for where the backend has it', () => {
    const part = { type: 'input_image', image_url: PNG, detail: 'original' };
    expect(userContent([part], { originalDetail: true })).toEqual({
      content: [image(PNG, 'original')],
      warnings: [],
    });
  });

  it('an image for a model without eyes is its description, where there is one', () => {
    const other = 'https://example.com/b.png';
    const content = [PNG, other].map((image_url) => ({ type: 'input_image', image_url }));
    const descriptions = new Map([[PNG, 'A red door.']]);
    const asked: string[] = [];
    const imageDescription = (url: string) => {
      asked.push(url);
      return descriptions.get(url);
    };
    const input = [{ role: 'user', content }];
    const { chatRequest, warnings } = translate(
      { input },
      { images: 'none' },
      { imageDescription },
    );
    expect(chatRequest.messages[0]?.content).toBe(
      '[description of an image, by another model: this one takes no images]\nA red door.\n[end of the description]\n' +
        '[image omitted: the model takes no images]',
    );
    expect(warnings).toEqual([
      { code: 'image_described', param: 'input[0].content[0]' },
      { code: 'content_part_mapped', param: 'input[0].content[1]' },
    ]);
    expect(asked).toEqual([PNG, other]);
    const seen = translate({ input }, {}, { imageDescription });
    expect(seen.warnings).toEqual([]);
    expect(asked).toHaveLength(2);
  });

  it.each([
    [
      'unknown part',
      [text('a'), { type: 'input_video' }],
      {},
      'a',
      { code: 'content_part_dropped', param: 'input[0].content[1]' },
    ],
    [
      'detail original',
      [{ type: 'input_image', image_url: PNG, detail: 'original' }],
      {},
      [image(PNG, 'high')],
      { code: 'content_part_mapped', param: 'input[0].content[0].detail' },
    ],
    [
      'a model without eyes',
      [text('a'), { type: 'input_image', image_url: PNG }],
      { images: 'none' as const },
      'a\n[image omitted: the model takes no images]',
      { code: 'content_part_mapped', param: 'input[0].content[1]' },
    ],
  ])('%s is a warning', (_name, content, dialect, expected, warning) => {
    expect(userContent(content, dialect)).toEqual({ content: expected, warnings: [warning] });
  });

  const at = 'input[0].content[0]';
  it.each([
    [{ type: 'input_image' }, {}, 'missing_required_parameter', `${at}.image_url`],
    [
      { type: 'input_image', image_url: { detail: 'low' } },
      {},
      'missing_required_parameter',
      `${at}.image_url.url`,
    ],
    [{ type: 'input_image', image_url: 'ftp://x' }, {}, 'invalid_value', `${at}.image_url`],
    [{ type: 'input_image', file_id: 'file_1' }, {}, 'unsupported_parameter', `${at}.file_id`],
    [
      { type: 'input_image', image_url: 'https://x/y.png' },
      { images: 'data' as const },
      'invalid_value',
      `${at}.image_url`,
    ],
    [{ type: 'input_audio', input_audio: {} }, {}, 'unsupported_parameter', at],
    [{ type: 'input_file', file_id: 'file_1' }, {}, 'unsupported_parameter', `${at}.file_id`],
    [{ type: 'input_file', file_url: 'https://x' }, {}, 'unsupported_parameter', `${at}.file_url`],
    [{ type: 'input_file' }, {}, 'missing_required_parameter', `${at}.file_data`],
    [
      { type: 'input_file', filename: 'a.pdf', file_data: 'AAAA' },
      { fileParts: false },
      'unsupported_parameter',
      at,
    ],
    [
      { type: 'input_file', filename: 'a.txt', file_data: '%%%' },
      {},
      'invalid_value',
      `${at}.file_data`,
    ],
    [
      { type: 'input_file', filename: 'a.txt', file_data: '/w==' },
      {},
      'invalid_value',
      `${at}.file_data`,
    ],
    [
      { type: 'input_file', file_data: 'data:text/plain,%E0' },
      {},
      'invalid_value',
      `${at}.file_data`,
    ],
  ])('refuses %j', (part, dialect, code, param) => {
    expect(refusal(() => userContent([part], dialect))).toEqual({ status: 400, code, param });
  });

  it('names no field of the stored history', () => {
    const number = [{ type: 'message', role: 'user', content: 3 }];
    expect(refusal(() => translate({}, {}, { history: number }))).toMatchObject({ param: null });
  });

  it.each<[object, Partial<BackendDialect>, string]>([
    [{ type: 'input_file', file_url: 'https://a.example/b.pdf' }, {}, 'file'],
    [{ type: 'input_file', filename: 'a.zip', file_data: 'AAAA' }, { fileParts: false }, 'file'],
    [{ type: 'input_image', image_url: 'https://a.example/b.png' }, { images: 'data' }, 'image'],
    [{ type: 'input_audio', input_audio: {} }, {}, 'audio'],
  ])('puts a note for %j of the history, which the client cannot mend', (part, dialect, what) => {
    const history = [{ type: 'message', role: 'user', content: [part] }];
    const { chatRequest, warnings } = translate({ input: 'And?' }, dialect, { history });
    const text = `[${what} omitted: it cannot be sent to this model]`;
    expect(JSON.stringify(chatRequest.messages)).toContain(text);
    expect(warnings).toContainEqual({ code: 'content_part_dropped', param: null });
  });

  it('joins neighbouring user messages where the dialect wants taking turns', () => {
    const input = [
      { role: 'user', content: 'a' },
      { role: 'user', content: 'b' },
      { role: 'user', content: [{ type: 'input_image', image_url: PNG }] },
      { role: 'user', content: '' },
    ];
    const { messages } = translate({ input }, { mergeUserMessages: true }).chatRequest;
    expect(messages).toEqual([{ role: 'user', content: [text('a\n\nb'), image(PNG)] }]);
    expect(translate({ input }).chatRequest.messages).toHaveLength(4);
  });
});

describe('content of an assistant message', () => {
  it('is text; images are left out with a warning', () => {
    const input = [
      { role: 'assistant', content: [text('a'), { type: 'input_image', image_url: PNG }] },
    ];
    const { chatRequest, warnings } = translate({ input });
    expect(chatRequest.messages).toEqual([{ role: 'assistant', content: 'a' }]);
    expect(warnings).toEqual([{ code: 'content_part_dropped', param: 'input[0].content' }]);
  });
});

it('a content part of a type that nobody knows is a 400 that names it', () => {
  const input = [
    { role: 'user', content: [{ type: 'input_text', text: 'a' }, { type: 'hologram' }] },
  ];
  expect(() => translate({ input })).toThrow(
    expect.objectContaining({ status: 400, param: 'input[0].content[1].type' }),
  );
});

describe('a file that was uploaded', () => {
  const base64 = Buffer.from('text').toString('base64');
  const files = new Map([['file-1', { filename: 'a.txt', base64 }]]);
  const input = (file_id: string) => [
    { type: 'message', role: 'user', content: [{ type: 'input_file', file_id }] },
  ];

  it('is what it would be as file_data, under the name that the request gives it', () => {
    const told = (content: object[]) =>
      translate({ input: [{ type: 'message', role: 'user', content }] }, {}, { files }).chatRequest
        .messages;
    const named = { type: 'input_file', filename: 'b.txt' };
    expect(told([{ ...named, file_id: 'file-1' }])).toEqual(
      told([{ ...named, file_data: base64 }]),
    );
    expect(JSON.stringify(told([{ type: 'file', file: { file_id: 'file-1' } }]))).toContain(
      'a.txt',
    );
  });

  it('is a 404 where it is not there, and a note in the history', () => {
    expect(refusal(() => translate({ input: input('file-2') }, {}, { files }))).toMatchObject({
      status: 404,
      param: 'input[0].content[0].file_id',
    });
    const history = input('file-2');
    const seen = translate({ input: 'And?' }, {}, { files, history });
    expect(JSON.stringify(seen.chatRequest.messages)).toContain(
      '[file omitted: it was deleted or has expired]',
    );
    expect(seen.warnings.map(({ code }) => code)).toEqual(['content_part_dropped']);
  });
});

describe('a document for a model that takes no files', () => {
  const none = { fileParts: false };
  const part = { type: 'input_file', filename: 'a.pdf', file_data: 'JVBERi0x' };
  const input = [{ type: 'message', role: 'user', content: [part] }];
  const reading = (read: object) => ({
    documentText: () => ({ text: 'words', isCut: false, ...read }),
  });

  it('is its text, under its name, and says so; what is cut says that, too', () => {
    const seen = translate({ input }, none, reading({}));
    expect(seen.chatRequest.messages[0]?.content).toBe('<file name="a.pdf">\nwords\n</file>');
    expect(seen.warnings.map(({ code }) => code)).toEqual(['file_text_extracted']);
    const cut = translate({ input }, none, reading({ isCut: true }));
    expect(cut.chatRequest.messages[0]?.content).toContain('words\n[the rest is cut]\n');
    expect(cut.warnings.map(({ code }) => code)).toEqual([
      ...['file_text_extracted', 'file_text_truncated'],
    ]);
  });

  it('is a 400 with the reason where it cannot be read, and a note in the history', () => {
    const broken = reading({ text: '', problem: 'it has no text' });
    expect(refusal(() => translate({ input }, none, broken))).toMatchObject({
      status: 400,
      param: 'input[0].content[0]',
    });
    const seen = translate({ input: 'And?' }, none, { ...broken, history: input });
    expect(JSON.stringify(seen.chatRequest.messages)).toContain('[its text cannot be read]');
    expect(seen.warnings.map(({ code }) => code)).toEqual(['content_part_dropped']);
  });

  it('goes as a file where the model takes files, unless the profile wants text, and is refused where it wants none', () => {
    const content = (dialect: Partial<BackendDialect>) =>
      JSON.stringify(translate({ input }, dialect, reading({})).chatRequest.messages[0]?.content);
    expect(content({ fileParts: true })).toContain('"type":"file"');
    expect(content({ fileParts: true, fileText: 'always' })).toContain('words');
    expect(refusal(() => content({ fileParts: false, fileText: 'never' }))).toMatchObject({
      code: 'unsupported_parameter',
    });
  });
});
