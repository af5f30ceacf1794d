/**
 * JavaScript of the charts: the mark nearest to the pointer, or the one that has the focus, shows its note, and marks
 * of the same entry stand out. Arrow keys go from mark to mark, Enter to the row of the entry.
 */
export const chartScript = `
{
  const notes = JSON.parse(document.getElementById('notes').textContent);
  const tip = document.getElementById('tip');
  const reach = 24;
  let shown = null;

  const centre = (mark) => {
    const { left, right, top, bottom } = mark.getBoundingClientRect();
    return { x: (left + right) / 2, y: (top + bottom) / 2 };
  };

  const hide = () => {
    if (shown === null) return;
    for (const chart of document.querySelectorAll('.chart.pointed')) chart.classList.remove('pointed');
    for (const mark of document.querySelectorAll('.lit')) mark.classList.remove('lit');
    document.querySelector('.ring')?.remove();
    tip.hidden = true;
    shown = null;
  };

  const show = (mark) => {
    if (shown === mark) return;
    hide();
    shown = mark;
    const chart = mark.closest('.chart');
    const svg = chart.querySelector('svg');
    chart.classList.add('pointed');
    for (const same of document.querySelectorAll('[data-entry="' + mark.dataset.entry + '"]')) same.classList.add('lit');
    const place = centre(mark);
    const inside = new DOMPoint(place.x, place.y).matrixTransform(svg.getScreenCTM().inverse());
    const ring = document.createElementNS(svg.namespaceURI, 'circle');
    ring.setAttribute('class', 'ring');
    ring.setAttribute('cx', inside.x);
    ring.setAttribute('cy', inside.y);
    ring.setAttribute('r', 9);
    svg.append(ring);
    const [first, ...rest] = notes[mark.dataset.note].split('\\n');
    const title = document.createElement('strong');
    title.textContent = first;
    tip.replaceChildren(title, ...rest.map((line) => {
      const row = document.createElement('div');
      row.textContent = line;
      return row;
    }));
    tip.hidden = false;
    // Beside the mark, within the window.
    const { width, height } = tip.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    const left = place.x + 14 + width > room ? place.x - 14 - width : place.x + 14;
    const top = place.y + 14 + height > innerHeight ? place.y - 14 - height : place.y + 14;
    tip.style.left = Math.max(4, Math.min(left, room - width - 4)) + scrollX + 'px';
    tip.style.top = Math.max(4, top) + scrollY + 'px';
  };

  for (const chart of document.querySelectorAll('.chart')) {
    const marks = Array.from(chart.querySelectorAll('[data-note]'));
    if (marks.length === 0) continue;
    for (const mark of marks) {
      mark.setAttribute('tabindex', '-1');
      mark.setAttribute('role', 'img');
      mark.setAttribute('aria-label', notes[mark.dataset.note].replaceAll('\\n', ', '));
    }
    // From left to right, or from layer to layer; charts that are not shown have no places.
    let ordered = null;
    const inOrder = () => {
      ordered ??= marks.map((mark) => ({ mark, ...centre(mark) })).sort((a, b) => a.x - b.x || a.y - b.y).map(({ mark }) => mark);
      return ordered;
    };
    marks[0].setAttribute('tabindex', '0');

    const nearest = (event) => {
      let best = null;
      let least = reach;
      for (const mark of marks) {
        const { x, y } = centre(mark);
        const distance = Math.hypot(event.clientX - x, event.clientY - y);
        if (distance < least) {
          least = distance;
          best = mark;
        }
      }
      return best;
    };
    const point = (event) => {
      const mark = nearest(event);
      if (mark !== null) show(mark);
      else hide();
    };
    chart.addEventListener('pointermove', point);
    chart.addEventListener('pointerdown', point);
    chart.addEventListener('pointerleave', (event) => { if (event.pointerType === 'mouse') hide(); });

    chart.addEventListener('focusin', ({ target }) => { if (target.dataset.note) show(target); });
    chart.addEventListener('focusout', hide);
    chart.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const all = inOrder();
      const at = all.indexOf(document.activeElement);
      if (at < 0) return;
      const steps = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
      if (event.key === 'Enter') location.hash = 'entry-' + all[at].dataset.entry;
      else if (event.key === 'Escape') hide();
      else if (event.key in steps) {
        const next = all[Math.min(all.length - 1, Math.max(0, steps[event.key]))];
        for (const mark of marks) mark.setAttribute('tabindex', mark === next ? '0' : '-1');
        next.focus({ preventScroll: true });
      } else return;
      event.preventDefault();
    });
  }
  document.addEventListener('pointerdown', ({ target }) => { if (!target.closest('.chart')) hide(); });
}
`;
