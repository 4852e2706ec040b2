// Brings the page to life. Without this script, texts and tables say everything.

const drawings = { intervals: drawIntervals, bars: drawBars, scatter: drawScatter };

function drawChart(figure, spec) {
  const box = figure.querySelector('.drawing');
  let drawn = 0;
  const draw = () => {
    const width = Math.floor(box.clientWidth);
    if (width === drawn || width === 0) return;
    drawn = width;
    box.replaceChildren();
    drawings[spec.kind](box, spec, width);
  };
  new ResizeObserver(draw).observe(box);
  draw();
}

function drawCharts() {
  const specs = JSON.parse(document.getElementById('data').textContent);
  for (const figure of document.querySelectorAll('.chart')) drawChart(figure, specs[figure.id]);
}

offerThemes();
document.querySelectorAll('table.sorts').forEach(makeSortable);
if (typeof d3 === 'undefined') {
  document.querySelector('.licence').remove(); // built without the chart library: the tables have the numbers
} else {
  document.body.classList.remove('without-script');
  drawCharts();
}
