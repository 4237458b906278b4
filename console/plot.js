/**
 * plot -- a line over time as SVG, with the same figures as a table.
 */

import {html} from './html.js';
import {clock, day, number, t} from './text.js';

const WIDTH = 800, HEIGHT = 160, LEFT = 44, BOTTOM = 20;
const LINES = 4;	// of the scale

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
	return span > 3 * 86400000 ? day(ms) : clock(ms);
}

function scale(top, y) {
	const step = Math.max(1, top / LINES);
	return Array.from({length: LINES + 1}, (_, i) => i * step)
		.filter(value => value <= top).map(value => html`
		<line class="scale" x1="${LEFT}" x2="${WIDTH}" y1="${y(value)}"
			y2="${y(value)}"/><text x="${LEFT - 6}" y="${y(value) + 4}"
			text-anchor="end">${number(Math.round(value))}</text>`);
}

function table(h, step) {
	const every = Math.ceil(h.online.length / 48);
	return html`<details><summary>${t('plot.table')}</summary><div class="scroll">
		<table class="table"><thead><tr><th>${t('time')}</th>
		<th class="num">${t('online')}</th><th class="num">${t('overview.known')}
		</th></tr></thead><tbody>${h.online.map((value, i) => i % every === 0
		&& html`<tr><td>${clock(h.from + i * step)}</td>
			<td class="num">${value === null ? '–' : number(value)}</td>
			<td class="num">${value === null ? '–' : number(h.known[i])}</td></tr>`)}
		</tbody></table></div></details>`;
}

/** @param {{from: number, step: number, online: Array<?number>,
 *	known: Array<?number>}} h as GetOnlineHistory answers */
export function plot(h) {
	const n = h.online.length, step = h.step * 60000;
	const known = h.known.filter(value => value !== null);
	if (!known.length)
		return html`<p class="muted">${t('plot.none')}</p>`;
	const top = ceiling(Math.max(...known, 1));
	const x = i => LEFT + (WIDTH - LEFT) * i / Math.max(1, n - 1);
	const y = value => 8 + (HEIGHT - BOTTOM - 8) * (1 - value / top);
	const marks = [0, 1, 2, 3, 4].map(i => Math.round(i * (n - 1) / 4));
	return html`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"
		aria-label="${t('plot.label')}">${scale(top, y)}
		<path class="line known" d="${path(h.known, x, y)}"/>
		<path class="line online" d="${path(h.online, x, y)}"/>
		${marks.map((i, at) => html`<text x="${x(i)}" y="${HEIGHT - 4}"
			text-anchor="${at === 0 ? 'start' : at === 4 ? 'end' : 'middle'}">
			${label(h.from + i * step, n * step)}</text>`)}</svg>
		<p class="legend"><span class="key online">${t('online')}</span>
		<span class="key known">${t('overview.known')}</span></p>
		${table(h, step)}`;
}
