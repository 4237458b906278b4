/**
 * grid -- a table of very many rows, of which only those in sight are drawn.
 *
 * Rows are all of one height.  The keyboard goes through all of them: arrows,
 * pages, Home, End; Enter opens, blank selects.  The position is said below.
 */

import {html} from './html.js';
import {afterwards, change} from './store.js';
import {t} from './text.js';

export const ROW = 36;	// pixels, as console.css has it
const MORE = 6;		// rows drawn above and below what is in sight

/**
 * @typedef {object} Grid what one knows between two drawings
 * @property {number} top scrolled so far
 * @property {number} height in sight
 * @property {number} at the row that the keyboard is on
 * @property {Set<string>} chosen keys of the rows that are selected
 */

addEventListener('resize', () => change());

/** @returns {Grid} */
export function newGrid() {
	afterwards(change);
	return {top: 0, height: 600, at: 0, chosen: new Set()};
}

/**
 * @typedef {object} Column
 * @property {string} name of its text, and of its order
 * @property {function(object): *} cell
 * @property {boolean} [plain] there is no order by it
 * @property {string} [size] class of its width
 */

function sortMark(sort, name) {
	return sort === name ? 'ascending' : sort === `-${name}` ? 'descending'
		: 'none';
}

function head(columns, o) {
	return html`<div class="row head" role="row" aria-rowindex="1">
		${o.select && html`<div class="cell check" role="columnheader">
			<input type="checkbox" aria-label="${t('grid.all')}"
				.checked=${o.rows.length > 0 && o.grid.chosen.size >= o.rows.length}
				@change=${event => all(o, event.target.checked)}></div>`}
		${columns.map(column => html`<div key=${column.name}
			class="cell ${column.size}" role="columnheader"
			aria-sort="${sortMark(o.sort, column.name)}">
			${column.plain ? t('col.' + column.name) : html`<button type="button"
				@click=${() => o.onsort(o.sort === column.name
					? `-${column.name}` : column.name)}>
				${t('col.' + column.name)}<i aria-hidden="true"></i></button>`}
			</div>`)}</div>`;
}

/** "All" is what the filter selects, not what is in sight. */
function all(o, yes) {
	o.grid.chosen = new Set(yes ? o.rows.map(o.key) : []);
	change();
}

function choose(o, row) {
	const key = o.key(row);
	if (!o.grid.chosen.delete(key))
		o.grid.chosen.add(key);
	change();
}

/** Its element is that of a row that has gone out of sight: slots are fewer than
 * rows, and none is moved. */
function line(columns, o, i, slots) {
	const row = o.rows[i];
	const key = o.key(row);
	const chosen = o.grid.chosen.has(key);
	return html`<div class="row ${chosen ? 'chosen' : ''} ${
		i === o.grid.at ? 'at' : ''}" role="row" key=${i % slots}
		id="row-${i}" aria-rowindex="${i + 2}" aria-selected="${String(chosen)}"
		style:top="${i * ROW}px" @click=${() => { o.grid.at = i; change(); }}>
		${o.select && html`<div class="cell check" role="gridcell">
			<input type="checkbox" tabindex="-1" .checked=${chosen}
				aria-label="${t('grid.one', {name: key})}"
				@change=${() => choose(o, row)}></div>`}
		${columns.map(column => html`<div key=${column.name}
			class="cell ${column.size}" role="gridcell">
			${column.cell(row)}</div>`)}</div>`;
}

function inSight(grid, at, body) {
	const top = at * ROW;
	if (top < body.scrollTop)
		body.scrollTop = top;
	else if (top + ROW > body.scrollTop + body.clientHeight)
		body.scrollTop = top + ROW - body.clientHeight;
	grid.top = body.scrollTop;
}

function step(key, o) {
	const page = Math.max(1, Math.floor(o.grid.height / ROW) - 1);
	return {ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page,
		Home: -Infinity, End: Infinity}[key];
}

function press(event, o) {
	const {grid, rows} = o;
	const by = step(event.key, o);
	if (event.target !== event.currentTarget || !rows.length)
		return;
	if (by) {
		event.preventDefault();
		grid.at = Math.min(rows.length - 1, Math.max(0, grid.at + by));
		inSight(grid, grid.at, document.querySelector('.grid-body'));
		change();
	} else if (event.key === 'Enter') {
		o.onopen(rows[grid.at]);
	} else if (event.key === ' ' && o.select) {
		event.preventDefault();
		choose(o, rows[grid.at]);
	}
}

/** As high as it was drawn last. */
function measure(grid) {
	const body = document.querySelector('.grid-body');
	if (body)
		grid.height = body.clientHeight;
}

/** Numbers of rows, in the order of their slots. */
function inSlots(from, to) {
	const n = to - from;
	return Array.from({length: n}, (_, i) => from + i)
		.sort((a, b) => a % n - b % n);
}

function scrolled(event, grid) {
	grid.top = event.currentTarget.scrollTop;
	grid.height = event.currentTarget.clientHeight;
	change();
}

/**
 * @param {object} o
 * @param {Grid} o.grid
 * @param {Array<object>} o.rows
 * @param {Array<Column>} o.columns
 * @param {function(object): string} o.key
 * @param {string} o.sort
 * @param {function(string): void} o.onsort
 * @param {function(object): void} o.onopen
 * @param {boolean} o.select
 * @param {string} o.label
 */
export function drawGrid(o) {
	const {grid, rows, columns} = o;
	measure(grid);
	const from = Math.max(0, Math.floor(grid.top / ROW) - MORE);
	const to = Math.min(rows.length,
		Math.ceil((grid.top + grid.height) / ROW) + MORE);
	grid.at = Math.min(grid.at, Math.max(0, rows.length - 1));
	return html`<div class="grid" key="grid"><div class="grid-table" role="grid"
		tabindex="0" aria-label="${o.label}" aria-rowcount="${rows.length + 1}"
		aria-multiselectable="true"
		aria-activedescendant=${rows.length ? `row-${grid.at}` : undefined}
		@keydown=${event => press(event, o)}>
		${head(columns, o)}
		<div class="grid-body" role="rowgroup"
			@scroll=${event => scrolled(event, grid)}>
			<div class="rows" style:height="${rows.length * ROW}px">
			${inSlots(from, to).map(i => line(columns, o, i, to - from))}
			</div></div></div>
		<div class="position" role="status">${t('grid.position',
			{row: rows.length ? grid.at + 1 : 0, n: rows.length})}</div></div>`;
}
