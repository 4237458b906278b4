/**
 * table -- lists that are short enough to be drawn whole, and pages of those
 * that are not.
 */

import {html} from './html.js';
import {list} from './link.js';
import {button, load, loaded} from './parts.js';
import {change} from './store.js';
import {t} from './text.js';

/**
 * @typedef {object} Column
 * @property {string} head its text; empty for what one can do
 * @property {function(object): *} cell
 * @property {string} [size] class of its cells: "num", "right", "text"
 */

/**
 * @param {Array<Column>} columns
 * @param {Array<object>} rows
 * @param {function(object): *} [key] by which a row is known
 */
export function table(columns, rows, key = row => row.id) {
	return html`<div class="scroll"><table class="table"><thead><tr>
		${columns.map(one => one.head ? html`<th scope="col"
			class="${one.size}">${one.head}</th>` : html`<td></td>`)}</tr></thead>
		<tbody>${rows.map(row => html`<tr key=${key(row)}>
		${columns.map(one => html`<td class="${one.size}">${one.cell(row)}</td>`)}
		</tr>`)}</tbody></table></div>`;
}

const PAGE = 200;

/**
 * The first page of a list that goes on with `before`.
 * @param {object} here of the screen; here[name] has the rows so far
 * @param {string} name of the array
 * @param {object} message
 * @param {function(object): number} place what the next page comes before
 */
export function firstPage(here, name, message, place) {
	here.more = async () => {
		const so = here[name].rows;
		const next = await list({...message, before: place(so[so.length - 1])},
			name);
		here.extended = true;
		here[name] = {rows: [...so, ...next]};
		here.ended = next.length < PAGE;
		change();
	};
	return load(here, name, async () => {
		const rows = await list(message, name);
		here.ended = rows.length < PAGE;
		return rows;
	});
}

/** What firstPage() has loaded, and the way to more. */
export function pages(here, name, draw) {
	return loaded(here[name], rows => html`${draw(rows)}
		${rows.length > 0 && !here.ended && html`<div>${button(t('more'),
			() => here.more().catch(() => {}))}</div>`}`);
}
