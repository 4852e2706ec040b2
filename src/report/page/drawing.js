// What all charts share: the sheet, labels, axes, lines at a value.

// An SVG as wide as its box. A chart that holds nothing to press is one picture for screen readers.
function newSheet(box, width, height, label, isPicture) {
  const sheet = d3.select(box).append('svg').attr('viewBox', `0 0 ${width} ${height}`).attr('width', width).attr('height', height);
  return sheet.attr('role', isPicture ? 'img' : 'group').attr('aria-label', label);
}

// Width of a text in a chart, near enough for laying out.
function widthOf(text) {
  return 7.2 * [...text].length;
}

function shortened(text, width) {
  const most = Math.max(4, Math.floor(width / 7.2));
  const letters = [...text];
  // The end of an op's name tells more than its middle.
  if (letters.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${letters.slice(0, head).join('')}…${letters.slice(letters.length - (most - 1 - head)).join('')}`;
}

function labelWidth(names, width) {
  return Math.min(Math.max(...names.map(widthOf)) + 10, width * 0.34);
}

function addLabel(group, text, x, y, room, anchor) {
  const label = group.append('text').attr('x', x).attr('y', y).attr('dy', '0.35em').attr('text-anchor', anchor);
  label.text(shortened(text, room));
  label.append('title').text(text);
}

function addAxis(sheet, axis, x, y) {
  return sheet.append('g').attr('class', 'axis').attr('transform', `translate(${x},${y})`).call(axis);
}

// Ends of a scale around numbers, with some air.
function padded(numbers, share) {
  const low = Math.min(...numbers);
  const high = Math.max(...numbers);
  const air = (high - low || Math.abs(high) || 1) * share;
  return [low - air, high + air];
}
