/**
 * plot -- lines over time as SVG, with the same figures as a table.
 */

import {html} from './html.js';
import {amount, clock, day, number, t} from './text.js';

const HEIGHT = 160, LEFT = 52, BOTTOM = 20;
const WIDE = {width: 800, marks: 4}, NARROW = {width: 380, marks: 2};
const LINES = 4;	// of the scale
const DAY_MS = 86400000, YEAR = 365;

/** A round number above n, so that the scale reads well. */
function ceiling(n) {
	const power = 10 ** Math.floor(Math.log10(Math.max(1, n)));
	return [1, 2, 4, 5, 10].map(one => one * power).find(one => one >= n);
}

/** Pieces of a line, broken where there is no point. */
function path(values, x, y) {
	let pen = false;
	return values.map((value, i) => {
		if (value === null) {
			pen = false;
			return '';
		}
		const move = pen ? 'L' : 'M';
		pen = true;
		return `${move}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
	}).join('');
}

function label(ms, span) {
	return span > 3 * DAY_MS ? day(ms) : clock(ms);
}

/** On a phone's screen a wide picture would have letters that nobody reads. */
function size() {
	return matchMedia('(max-width: 640px)').matches ? NARROW : WIDE;
}

function scale(top, y, width, format) {
	const step = Math.max(1, top / LINES);
	return Array.from({length: LINES + 1}, (_, i) => i * step)
		.filter(value => value <= top).map(value => html`
		<line class="scale" x1="${LEFT}" x2="${width}" y1="${y(value)}"
			y2="${y(value)}"/><text x="${LEFT - 6}" y="${y(value) + 4}"
			text-anchor="end">${format(Math.round(value))}</text>`);
}

/**
 * @param {Array<[string, Array<?number>]>} lines class and values of each
 * @param {object} o
 * @param {number} o.from when the first value was
 * @param {number} o.step milliseconds between two
 * @param {string} o.label
 * @param {function(number): string} [o.format]
 */
function picture(lines, {from, step, label: name, format = number}) {
	const {width, marks: last} = size();
	const n = lines[0][1].length;
	const top = ceiling(Math.max(1, ...lines.flatMap(([, values]) => values)));
	const x = i => LEFT + (width - LEFT) * i / Math.max(1, n - 1);
	const y = value => 8 + (HEIGHT - BOTTOM - 8) * (1 - value / top);
	const marks = Array.from({length: last + 1},
		(_, i) => Math.round(i * (n - 1) / last));
	return html`<svg class="plot" viewBox="0 0 ${width} ${HEIGHT}" role="img"
		aria-label="${name}">${scale(top, y, width, format)}
		${lines.map(([kind, values]) => html`<path class="line ${kind}"
			d="${path(values, x, y)}"/>`)}
		${marks.map((i, at) => html`<text x="${x(i)}" y="${HEIGHT - 4}"
			text-anchor="${at === 0 ? 'start' : at === last ? 'end' : 'middle'}">
			${label(from + i * step, n * step)}</text>`)}</svg>`;
}

function table(heads, rows) {
	return html`<details><summary>${t('plot.table')}</summary>
		<div class="scroll"><table class="table"><thead><tr>
		<th>${t('time')}</th>${heads.map(one => html`<th class="num">${one}</th>`)}
		</tr></thead><tbody>${rows.map(([time, ...values]) => html`<tr>
			<td>${time}</td>${values.map(value => html`<td class="num">
			${value}</td>`)}</tr>`)}</tbody></table></div></details>`;
}

function dash(value, format) {
	return value === null ? '–' : format(value);
}

/** @param {{from: number, step: number, online: Array<?number>,
 *	known: Array<?number>}} h as GetOnlineHistory answers */
export function plot(h) {
	const step = h.step * 60000;
	if (h.known.every(value => value === null))
		return html`<p class="muted">${t('plot.none')}</p>`;
	const every = Math.ceil(h.online.length / 48);
	const rows = h.online.map((value, i) => [clock(h.from + i * step),
		dash(value, number), dash(h.known[i], number)])
		.filter((_, i) => i % every === 0);
	return html`${picture([['known', h.known], ['online', h.online]],
			{from: h.from, step, label: t('plot.label')})}
		<p class="legend"><span class="key online">${t('online')}</span>
		<span class="key known">${t('overview.known')}</span></p>
		${table([t('online'), t('overview.known')], rows)}`;
}

/** What each day of a year cost a month when it ended; null: before all rows. */
function byDay(rows, from) {
	const costs = Array(YEAR + 1).fill(null);
	let now = null, at = 0;
	return costs.map((_, i) => {
		for (; at < rows.length && rows[at].time <= from + i * DAY_MS; at++)
			now = rows[at].costPerMonth;
		return now;
	});
}

/**
 * What is rented costs a month, over a year.
 * @param {Array<{time: number, costPerMonth: number}>} history the newest first
 * @param {boolean} whole nothing was before it
 */
export function costs(history, whole) {
	if (!history.length)
		return html`<p class="muted">${t('rental.nothing')}</p>`;
	const from = Date.now() - YEAR * DAY_MS;
	const rows = [...history].reverse();
	const values = byDay(rows, from).map(value => value ?? (whole ? 0 : null));
	const changes = rows.filter((row, i) => row.time > from
		&& row.costPerMonth !== (rows[i - 1]?.costPerMonth ?? 0));
	return html`${picture([['online', values]], {from, step: DAY_MS,
			label: t('rental.plot'), format: amount})}
		${table([t('rental.month')], changes.map(row => [day(row.time),
			amount(row.costPerMonth)]).reverse())}`;
}
