/** JavaScript of listings: a click on a header sorts, the text of the box filters. */
export const listingScript = `'use strict';
for (const listing of document.querySelectorAll('.listing')) {
  const body = listing.querySelector('tbody');
  const rows = Array.from(body.rows);
  const headers = Array.from(listing.querySelectorAll('thead th'));
  const names = new Intl.Collator('en', { numeric: true });

  const sortBy = (column, descending) => {
    const numeric = headers[column].classList.contains('number');
    const keyed = rows.map((row) => {
      const text = row.cells[column].dataset.value;
      return { row, key: text === undefined ? null : numeric ? Number(text) : text };
    });
    keyed.sort((a, b) => {
      // Unknown values come last, whatever the direction.
      if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
      const order = numeric ? a.key - b.key : names.compare(a.key, b.key);
      return descending ? -order : order;
    });
    body.append(...keyed.map(({ row }) => row));
  };

  headers.forEach((header, column) => {
    header.querySelector('button').addEventListener('click', () => {
      const descending = header.getAttribute('aria-sort') === 'ascending';
      for (const other of headers) other.setAttribute('aria-sort', 'none');
      header.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      sortBy(column, descending);
    });
  });

  const filter = listing.querySelector('.filter');
  if (filter === null) continue;
  const searched = new Map(
    rows.map((row) => [row, Array.from(row.cells, (cell) => cell.dataset.search || '').join(' ').toLowerCase()]),
  );
  const shown = listing.querySelector('.shown');
  const all = shown.textContent;
  const narrow = () => {
    const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => searched.get(row).includes(word));
      if (!row.hidden) count += 1;
    }
    shown.textContent = count === rows.length ? all : count + ' of ' + all;
  };
  filter.addEventListener('input', narrow);
  // A reloaded page may keep the text of the box.
  narrow();
}
`;
