// Tables that sort: a button in each heading, so that keyboards reach it, and aria-sort, so that screen readers tell.

// What a cell is sorted by: its number, its text, or null where it says nothing.
function orderOf(cell, isNumber) {
  if (cell.dataset.order !== undefined) return Number(cell.dataset.order);
  const text = cell.textContent.trim();
  if (text === '' || text === '–') return null;
  const number = Number.parseFloat(text.replaceAll(',', ''));
  return isNumber && !Number.isNaN(number) ? number : text;
}

function compare(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}

function sortRows(table, column, isNumber, descending) {
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, order: orderOf(row.cells[column], isNumber) }));
  // Empty cells come last either way; equal ones keep their order.
  rows.sort((a, b) => {
    if (a.order === null || b.order === null) return (a.order === null) - (b.order === null);
    return descending ? compare(b.order, a.order) : compare(a.order, b.order);
  });
  body.append(...rows.map((each) => each.row));
}

function makeSortable(table) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener('click', () => {
      const descending = heading.getAttribute('aria-sort') === 'ascending';
      headings.forEach((each) => each.removeAttribute('aria-sort'));
      heading.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      sortRows(table, column, heading.classList.contains('n'), descending);
    });
  });
}
