interface Stream {
  bytes: Buffer;
  filter: string;
}

/** Makes a PDF of pages with a line of ASCII each, or with a content stream of its own. */
export function pdfOf(...pages: readonly (string | Stream)[]): Buffer {
  const kids = pages.map((_page, index) => `${4 + 2 * index} 0 R`).join(' ');
  const objects: (string | Buffer)[] = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Kids[${kids}]/Count ${pages.length}>>`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  for (const [index, page] of pages.entries()) {
    const resources = '/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>';
    objects.push(`<</Type/Page/Parent 2 0 R${resources}/Contents ${5 + 2 * index} 0 R>>`);
    const { bytes, filter } = typeof page === 'string' ? lineOf(page) : page;
    const head = `<</Length ${bytes.length}${filter === '' ? '' : `/Filter${filter}`}>>stream\n`;
    objects.push(Buffer.concat([Buffer.from(head), bytes, Buffer.from('\nendstream')]));
  }
  const parts = [Buffer.from('%PDF-1.4\n')];
  const places: number[] = [];
  let length = parts[0]!.length;
  for (const [index, object] of objects.entries()) {
    const head = Buffer.from(`${index + 1} 0 obj\n`);
    const part = Buffer.concat([head, Buffer.from(object), Buffer.from('\nendobj\n')]);
    places.push(length);
    parts.push(part);
    length += part.length;
  }
  const rows = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${rows}`;
  const end = `trailer<</Size ${size}/Root 1 0 R>>\nstartxref\n${length}\n%%EOF`;
  return Buffer.concat([...parts, Buffer.from(table + end)]);
}

function lineOf(text: string): Stream {
  const escaped = text.replace(/[\\()]/g, (character) => `\\${character}`);
  return { bytes: Buffer.from(`BT /F1 12 Tf 72 700 Td (${escaped}) Tj ET`), filter: '' };
}
