const [width, height, margin] = [640, 300, 56];
const colours = ['#666666', '#1f5fbf', '#bf5f1f'];

/**
 * Draws points as an SVG: `lines` has for each name its points, of which `read` gives a value. The x axis is logarithmic, since
 * numbers of streams are.
 */
export function lineChart(title, lines, read) {
  const all = [...lines.values()].flat();
  const [first, last] = [Math.min, Math.max].map((pick) => pick(...all.map((p) => p.streams)));
  const top = niceAbove(Math.max(...all.map(read)));
  const x = (streams) =>
    margin + (Math.log(streams / first) / Math.log(last / first)) * (width - 2 * margin);
  const y = (value) => height - margin - (Math.max(0, value) / top) * (height - 2 * margin);
  const text = (atX, atY, words, anchor = 'middle') =>
    `<text x="${atX.toFixed(1)}" y="${atY.toFixed(1)}" text-anchor="${anchor}">${words}</text>`;
  const ticks = [0, 0.5, 1].map(
    (share) =>
      `<path d="M${margin} ${y(share * top)}H${width - margin}" stroke="#dddddd"/>` +
      text(margin - 8, y(share * top) + 4, String(share * top), 'end'),
  );
  const counts = [...new Set(all.map(({ streams }) => streams))].map((streams) =>
    text(x(streams), height - margin + 18, String(streams)),
  );
  const drawn = [...lines].map(([name, points], index) => {
    const colour = colours[index % colours.length];
    const way = points.map((p) => `${x(p.streams).toFixed(1)},${y(read(p)).toFixed(1)}`).join(' ');
    return (
      `<polyline points="${way}" fill="none" stroke="${colour}" stroke-width="2"/>` +
      `<g fill="${colour}">${text(margin + 8 + index * 150, margin - 12, name, 'start')}</g>`
    );
  });
  return (
    `<g font-family="sans-serif" font-size="12">${text(width / 2, 20, title)}` +
    `${ticks.join('')}${counts.join('')}${text(width / 2, height - 8, 'open streams')}${drawn.join('')}</g>`
  );
}

/** Puts charts below one another, with a line under them. */
export function page(footer, charts) {
  const placed = charts.map(
    (chart, index) => `<g transform="translate(0 ${index * height})">${chart}</g>`,
  );
  const below = charts.length * height;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${below + 24}">` +
    `<rect width="100%" height="100%" fill="white"/>${placed.join('')}` +
    `<text x="${width / 2}" y="${below + 12}" text-anchor="middle" font-family="sans-serif" font-size="11" fill="#666666">${footer}</text></svg>\n`
  );
}

function niceAbove(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return power * [1, 2, 5, 10].find((step) => step * power >= value);
}
