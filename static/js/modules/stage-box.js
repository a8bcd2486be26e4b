/** One box of the designer's stage, as the server placed it: lengths in points, `scale` pixels a millimetre. */
const POINT = 25.4 / 72;

const make = (tag, name, ...children) => {
  const element = document.createElement(tag);
  element.className = name;
  element.append(...children);
  return element;
};

const line = (one, box, unit) => {
  const element = make('span', one.wraps ? 'stage-line wraps' : 'stage-line', one.text);
  Object.assign(element.style, { fontSize: `${one.size * unit}px`, lineHeight: box.leading, fontWeight: one.weight, fontFamily: `${one.family}, Sarabun`, color: one.colour,
    marginLeft: `${one.left * unit}px`, width: `${one.width * unit}px`, letterSpacing: `${one.spacing * unit}px`, marginTop: `${one.before * unit}px` });
  return element;
};

export const boxOf = (box, label, scale) => {
  const unit = POINT * scale;
  const element = make('div', 'stage-box', ...(box.lines ?? []).map((one) => line(one, box, unit)));
  Object.assign(element, { role: 'group', ariaLabel: label, tabIndex: 0 });
  Object.assign(element.dataset, { name: box.name, kind: box.kind });
  element.style.textAlign = box.align;
  if (box.lines?.length) element.firstChild.style.marginTop = `${box.top * unit}px`;
  if (box.kind === 'line') element.style.background = box.colour;
  if (box.kind === 'signatures') element.append(box.people.join(' · ') || label);
  if (['qr', 'emblem', 'picture'].includes(box.kind)) element.append(label);
  element.append(make('span', 'grip'));
  return element;
};
