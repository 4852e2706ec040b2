// Values as dots on their intervals, one panel for each unit.

function panelScale(panel, left, right) {
  const numbers = panel.rows.flatMap((row) => [row.low, row.high, row.value]);
  const lines = (panel.lines ?? []).map((line) => line.value);
  const [low, high] = padded([...numbers, ...lines], 0.08);
  return d3.scaleLinear().domain([panel.from ?? low, high]).range([left, right]);
}

function addLines(sheet, panel, x, top, bottom) {
  for (const [index, line] of (panel.lines ?? []).entries()) {
    const group = sheet.append('g').attr('class', line.text.startsWith('limit') ? 'limit' : 'zero');
    const at = x(line.value);
    group.append('line').attr('x1', at).attr('x2', at).attr('y1', top).attr('y2', bottom);
    const [first, last] = x.range();
    const anchor = at - first < 60 ? 'start' : last - at < 60 ? 'end' : 'middle';
    group.append('text').attr('x', at).attr('y', top - 6 - 14 * (index % 2)).attr('text-anchor', anchor).text(line.text);
  }
}

function addInterval(sheet, row, x, y) {
  const group = sheet.append('g').attr('class', row.series);
  const stroke = (name, low, high) =>
    group.append('line').attr('class', name).attr('x1', x(low)).attr('x2', x(high)).attr('y1', y).attr('y2', y);
  stroke('whisker', row.low, row.high);
  if (row.inner) stroke('inner', row.inner[0], row.inner[1]);
  group.append('circle').attr('class', 'dot').attr('cx', x(row.value)).attr('cy', y).attr('r', 6);
}

function drawPanel(box, panel, width) {
  const rowHeight = 28;
  const lineSpace = 14 * Math.min((panel.lines ?? []).length, 2);
  const top = 8 + lineSpace;
  const bottom = top + rowHeight * panel.rows.length;
  const left = labelWidth(panel.rows.map((row) => row.name), width);
  const right = width - Math.max(...panel.rows.map((row) => widthOf(row.text))) - 12;
  d3.select(box).append('p').attr('class', 'panel').text(panel.title);
  const said = panel.rows.map((row) => `${row.name} ${row.text}`).join(', ');
  const lines = (panel.lines ?? []).map((line) => line.text).join(', ');
  const sheet = newSheet(box, width, bottom + 26, `${panel.title}: ${said}${lines ? `; ${lines}` : ''}`, true);
  const x = panelScale(panel, left, right);
  addAxis(sheet, d3.axisBottom(x).ticks(Math.max(2, (right - left) / 90)).tickSizeOuter(0), 0, bottom);
  addLines(sheet, panel, x, top, bottom);
  panel.rows.forEach((row, index) => {
    const y = top + rowHeight * (index + 0.5);
    addLabel(sheet, row.name, left - 10, y, left - 10, 'end');
    addInterval(sheet, row, x, y);
    addLabel(sheet, row.text, width, y, width, 'end');
  });
}

function drawIntervals(box, spec, width) {
  for (const panel of spec.data.panels) drawPanel(box, panel, width);
}
