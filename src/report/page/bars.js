// Bars from zero; what is quantized is printed in dots.

function drawBars(box, spec, width) {
  const rows = spec.data.rows;
  const rowHeight = 24;
  const left = labelWidth(rows.map((row) => row.name), width);
  const right = width - Math.max(...rows.map((row) => widthOf(row.text))) - 10;
  const said = rows.slice(0, 8).map((row) => `${row.name} ${row.text}`).join(', ');
  const sheet = newSheet(box, width, rowHeight * rows.length + 4, `${spec.caption}: ${said}${rows.length > 8 ? ', …' : ''}`, true);
  const values = rows.map((row) => row.value);
  const x = d3.scaleLinear().domain([Math.min(0, ...values), Math.max(0, ...values) || 1]).range([left, right]);
  rows.forEach((row, index) => {
    const y = rowHeight * index + 4;
    const [from, to] = [x(0), x(row.value)].sort((a, b) => a - b);
    addLabel(sheet, row.name, left - 10, y + 8, left - 10, 'end');
    const bar = sheet.append('rect').attr('class', `bar ${row.series}`).attr('x', from).attr('y', y);
    bar.attr('width', Math.max(to - from, 1)).attr('height', rowHeight - 8);
    addLabel(sheet, row.text, to + 8, y + 8, width, 'start');
  });
}
