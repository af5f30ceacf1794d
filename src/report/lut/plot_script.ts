/**
 * JavaScript of the page of a multiplier: shows the operand pair under the pointer, moves it with the arrow keys, and
 * keeps both inputs in step. Operands count from 0 within it, as places along the axes.
 */
export const plotScript = `'use strict';
const data = document.getElementById('table');
const bytes = Uint8Array.from(atob(data.textContent), (character) => character.charCodeAt(0));
const products = new DataView(bytes.buffer);
const size = Number(data.dataset.size);
const firstA = Number(data.dataset.firstActivation);
const firstW = Number(data.dataset.firstWeight);

const map = document.querySelector('.map');
const svg = map.querySelector('svg');
const field = svg.querySelector('.field');
const frame = {};
for (const name of ['x', 'y', 'width', 'height']) frame[name] = Number(field.getAttribute(name));
const draw = (name, look) => {
  const drawn = document.createElementNS(svg.namespaceURI, name);
  drawn.setAttribute('class', look);
  svg.append(drawn);
  return drawn;
};
const cross = draw('path', 'cross');
const marks = [draw('rect', 'halo'), draw('rect', 'spot')];

const inputA = document.getElementById('a');
const inputW = document.getElementById('w');
const write = (id, text) => { document.getElementById(id).textContent = text; };
const number = (value) => String(value).replace('-', '\\u2212');
const signed = (value, text) => (value > 0 ? '+' : '') + number(text);
const clamp = (place) => Math.min(size - 1, Math.max(0, place));
let row = 0;
let column = 0;

function show(newRow, newColumn) {
  row = clamp(newRow);
  column = clamp(newColumn);
  const a = firstA + row;
  const w = firstW + column;
  const product = products.getInt32(4 * (row * size + column), true);
  const error = product - a * w;
  inputA.value = a;
  inputW.value = w;
  write('product', number(product));
  write('exact', number(a * w));
  write('error', signed(error, error));
  write('relative', a * w === 0 ? '\\u2013' : signed(error, (100 * error / Math.abs(a * w)).toFixed(2)) + ' %');
  const cellWidth = frame.width / size;
  const cellHeight = frame.height / size;
  const left = frame.x + column * cellWidth;
  const top = frame.y + (size - 1 - row) * cellHeight;
  // Small cells get a mark around them.
  const side = Math.max(7, cellWidth);
  for (const mark of marks) {
    mark.setAttribute('x', left + (cellWidth - side) / 2);
    mark.setAttribute('y', top + (cellHeight - side) / 2);
    mark.setAttribute('width', side);
    mark.setAttribute('height', side);
  }
  const x = left + cellWidth / 2;
  const y = top + cellHeight / 2;
  cross.setAttribute('d', 'M' + x + ' ' + frame.y + 'v' + frame.height + 'M' + frame.x + ' ' + y + 'h' + frame.width);
}

function point(event) {
  const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const x = (place.x - frame.x) / frame.width;
  const y = (place.y - frame.y) / frame.height;
  if (x < 0 || x >= 1 || y < 0 || y >= 1) return;
  show(size - 1 - Math.floor(y * size), Math.floor(x * size));
}
svg.addEventListener('pointermove', point);
svg.addEventListener('pointerdown', point);

const steps = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
map.addEventListener('keydown', (event) => {
  const step = steps[event.key];
  if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const far = event.shiftKey ? 16 : 1;
  show(row + far * step[0], column + far * step[1]);
});

// No number counts as 0.
const operand = (input) => Math.round(input.valueAsNumber || 0);
for (const input of [inputA, inputW]) {
  input.addEventListener('change', () => show(operand(inputA) - firstA, operand(inputW) - firstW));
}
show(-firstA, -firstW);
`;
