export { chartOf, dataTable, labelsBelow, legendEntry, tableOf, verticalAxis, type Chart, type Table } from './chart.ts';
export { documentOf, navigationOf, sectionOf, type Document } from './document.ts';
export { closeText, fixed, probability, signed, whole } from './format.ts';
export { html, NOTHING, type Content, type Html } from './html.ts';
export { areaBetween, lineThrough, place, px, ticksOf, type Point, type Scale } from './scale.ts';
export { STYLE } from './style.ts';
