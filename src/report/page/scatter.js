// Trials as points. Each is a link to its row in the table; those on the Pareto frontier are reached by the keyboard.

const pointKinds = [
  ['chosen', 'chosen'],
  ['float', 'float'],
  ['met', 'goal met'],
  ['not_met', 'not met'],
  ['undecided', 'undecided'],
];

// The points of the frontier that no other beats in this picture, from left to right.
function frontierOf(points, better) {
  const sign = better === 'lower' ? -1 : 1;
  const line = [];
  for (const point of points.filter((each) => each.frontier).sort((a, b) => a.x - b.x || sign * (b.y - a.y))) {
    if (line.length === 0 || sign * point.y > sign * line.at(-1).y) line.push(point);
  }
  return line;
}

function showTip(point, node) {
  const tip = d3.select('.tip').html('').attr('hidden', null);
  tip.append('b').text(point.name + (point.frontier ? ' · Pareto frontier' : ''));
  for (const line of point.lines) tip.append('span').text(line);
  const at = node.getBoundingClientRect();
  const own = tip.node().getBoundingClientRect();
  const left = Math.min(Math.max(8, at.x + at.width / 2 - own.width / 2), document.documentElement.clientWidth - own.width - 8);
  const above = at.top - own.height - 10;
  tip.style('left', `${left + scrollX}px`).style('top', `${(above > 0 ? above : at.bottom + 10) + scrollY}px`);
}

function hideTip() {
  d3.select('.tip').attr('hidden', '');
}

function addPoint(sheet, point, x, y, prefix, better) {
  const link = sheet.append('a').attr('class', `point ${point.kind}`).attr('href', `#${prefix}-${point.row}`);
  const isNamed = point.kind === 'chosen' || point.kind === 'float';
  const names = [isNamed ? point.kind : '', point.name, point.frontier ? 'Pareto frontier' : ''].filter((each) => each);
  link.attr('aria-label', [...names, ...point.lines].join(', ')).attr('tabindex', point.frontier ? 0 : -1);
  if (point.y_range) {
    const [low, high] = point.y_range;
    link.append('line').attr('class', 'range').attr('x1', x(point.x)).attr('x2', x(point.x)).attr('y1', y(low)).attr('y2', y(high));
  }
  const circle = (radius) => link.append('circle').attr('cx', x(point.x)).attr('cy', y(point.y)).attr('r', radius);
  if (point.frontier) circle(10).attr('class', 'halo');
  const dot = circle(point.kind === 'chosen' ? 7 : 5);
  for (const event of ['mouseenter', 'focus']) link.on(event, () => showTip(point, dot.node()));
  for (const event of ['mouseleave', 'blur']) link.on(event, hideTip);
  if (!isNamed) return;
  // Left of the frontier and beyond it there is nothing to hide.
  const isNarrow = x(point.x) - x.range()[0] < widthOf(point.kind) + 14;
  const beyond = better === 'lower' ? 1 : -1;
  const label = link.append('text').attr('dy', '0.35em').attr('text-anchor', isNarrow ? 'start' : 'end').text(point.kind);
  label.attr('x', x(point.x) + (isNarrow ? -6 : -14)).attr('y', y(point.y) + beyond * (isNarrow ? 20 : 8));
}

function addLegend(box, points) {
  const list = d3.select(box).append('ul').attr('class', 'legend');
  const entry = (className, text, radius) => {
    const item = list.append('li');
    const sign = item.append('svg').attr('viewBox', '0 0 16 16').attr('aria-hidden', 'true').append('g').attr('class', `point ${className}`);
    sign.append('circle').attr('class', radius > 5 ? 'halo' : null).attr('cx', 8).attr('cy', 8).attr('r', radius);
    item.append('span').text(text);
  };
  for (const [kind, text] of pointKinds) {
    if (points.some((point) => point.kind === kind)) entry(kind, text, 5);
  }
  if (points.some((point) => point.frontier)) entry('', 'on the Pareto frontier', 7);
}

function drawScatter(box, spec, width) {
  const { points, lines, better } = spec.data;
  const height = Math.round(Math.min(360, Math.max(260, width * 0.6)));
  const left = 54, right = width - 10, top = 28, bottom = height - 44;
  const sheet = newSheet(box, width, height, `${spec.caption}, ${points.length} trials; each leads to its row in the table`, false);
  const x = d3.scaleLinear().domain(padded(points.map((point) => point.x), 0.06)).nice(5).range([left, right]);
  const heights = points.map((point) => point.y).concat(lines.map((line) => line.value));
  const y = d3.scaleLinear().domain(padded(heights, 0.1)).nice(5).range([bottom, top]);
  addAxis(sheet, d3.axisBottom(x).ticks(width / 90).tickSizeOuter(0), 0, bottom);
  addAxis(sheet, d3.axisLeft(y).ticks(5).tickSizeOuter(0), left, 0);
  const title = sheet.append('g').attr('class', 'axis');
  title.append('text').attr('x', right).attr('y', height - 6).attr('text-anchor', 'end').text(`${spec.data.x.title} →`);
  title.append('text').attr('x', 0).attr('y', 12).text(`↑ ${spec.data.y.title}`);
  for (const line of lines) {
    const group = sheet.append('g').attr('class', 'limit');
    group.append('line').attr('x1', left).attr('x2', right).attr('y1', y(line.value)).attr('y2', y(line.value));
    group.append('text').attr('x', right).attr('y', y(line.value) + 14).attr('text-anchor', 'end').text(line.text);
  }
  const frontier = frontierOf(points, better).map((point) => `${x(point.x)},${y(point.y)}`);
  sheet.append('polyline').attr('class', 'frontier').attr('points', frontier.join(' '));
  const clipped = (point) => ({ ...point, y_range: point.y_range?.map((each) => Math.min(Math.max(each, y.domain()[0]), y.domain()[1])) });
  // What has a label is drawn last, above its neighbours.
  const isNamed = (point) => point.kind === 'chosen' || point.kind === 'float';
  const ordered = [...points].sort((a, b) => isNamed(a) - isNamed(b));
  for (const point of ordered) addPoint(sheet, clipped(point), x, y, spec.prefix, better);
  addLegend(box, points);
}
