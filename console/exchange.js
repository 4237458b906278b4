/**
 * exchange -- devices from a file, and into one (CSV).
 *
 * A message has room for some hundred devices, so a file goes in pieces.  All of
 * them are looked at before the first is done: a mistake anywhere changes
 * nothing.
 */

import {pieces, textOf, written} from './csv.js';
import {address, domainName} from './fleet.js';
import {form} from './form.js';
import {html} from './html.js';
import {ask} from './link.js';
import {save, toast} from './parts.js';
import {change} from './store.js';
import {errorText, number, t} from './text.js';

const PIECE_MAX = 56000;	// bytes of a message, with room for its other fields
const SHOWN = 100;	// changes and mistakes

// ---- into a file -------------------------------------------------------------------

const COLUMNS = [
	['hwId', device => device.hwId],
	['name', device => device.name],
	['domain', device => domainName(device.domainId)],
	['type', device => device.type],
	['product', device => device.product],
	['version', device => device.version],
	['ipv4', address],
	['online', device => device.online ? 'yes' : 'no'],
];

/** @param {Array<object>} devices those that the filter selects */
export function exportDevices(devices) {
	save('devices.csv', written([COLUMNS.map(([name]) => name),
		...devices.map(device => COLUMNS.map(([, of]) => of(device)))]),
	'text/csv');
	toast(t('export.done', {n: devices.length}));
}

// ---- from a file -------------------------------------------------------------------

/** How far it is, which the dialog shows. */
function progress(at) {
	return at.all > 0 && html`<progress max="${at.all}" .value=${at.done}
		aria-label="${t('import.progress')}"></progress>
		<p role="status">${t('import.so', {n: at.done, all: at.all})}</p>`;
}

/** What is wrong with a piece, by the lines of the file. */
function mistakesOf(answer, piece) {
	return (answer.results ?? []).map(one => ({...one,
		line: piece.lines[one.line] ?? one.line}));
}

/**
 * All pieces, one after the other.
 * @param {Array<object>} all of pieces()
 * @param {object} message what goes with each
 * @param {{done: number, all: number}} at
 */
async function run(all, message, at) {
	const sum = {added: 0, changed: 0, same: 0, changes: [], left: 0,
		mistakes: [], wrong: 0};
	Object.assign(at, {done: 0, all: all.reduce((n, one) => n + one.rows, 0)});
	for (const piece of all) {
		try {
			const answer = await ask({mt: 'ImportDevices', csv: piece.csv,
				...message});
			for (const name of ['added', 'changed', 'same'])
				sum[name] += answer[name] ?? 0;
			sum.changes.push(...answer.changes ?? []);
			sum.left += answer.changesLeftOut ?? 0;
		} catch (error) {
			if (!error.answer?.results)
				throw error;
			sum.mistakes.push(...mistakesOf(error.answer, piece));
			sum.wrong += error.answer.mistakes;
			if (!message.dryRun)
				break;
		}
		at.done += piece.rows;
		change();
	}
	return sum;
}

function mistakes({mistakes: list, wrong}) {
	return html`<table class="table"><thead><tr><th class="num">
		${t('import.line')}</th><th>${t('import.column')}</th>
		<th>${t('import.mistake')}</th></tr></thead><tbody>
		${list.slice(0, SHOWN).map(one => html`<tr><td class="num">
		${String(one.line)}</td><td><code>${one.field}</code></td><td>
		${errorText(new Error(one.error))}<div class="detail">${one.expected}</div>
		</td></tr>`)}</tbody></table>
		${wrong > SHOWN && html`<p class="muted">${t('overview.more',
			{n: wrong - Math.min(SHOWN, list.length)})}</p>`}`;
}

function changes({changes: list, left}) {
	const others = list.length + left - SHOWN;
	return list.length > 0 && html`<div class="scroll"><table class="table"><tbody>
		${list.slice(0, SHOWN).map(one => html`<tr><td><code>${one.hwId}</code>
		</td><td>${one.new ? t('import.new') : one.field}</td>
		<td>${one.new ? '' : `${one.before} → ${one.after}`}</td></tr>`)}
		</tbody></table></div>
		${others > 0 && html`<p class="muted">${t('overview.more', {n: others})}
			</p>`}`;
}

function sums({added, changed, same}) {
	return t('import.sums', {added: number(added), changed: number(changed),
		same: number(same)});
}

/** Which file; a promise of its pieces, and of what goes with them. */
function choose(at) {
	return form({title: t('import.title'), ok: t('import.look'),
		text: t('import.hint'), body: () => progress(at), fields: [
			{name: 'file', label: t('import.file'), type: 'file', required: true},
			{name: 'update', label: t('import.update'), type: 'check'},
			{name: 'anyId', label: t('import.anyId'), type: 'check',
				hint: t('import.anyId.hint')}],
		async send({file, update, anyId}) {
			const all = pieces(await textOf(file), PIECE_MAX);
			if (!all.length)
				throw new Error(t('import.nothing'));
			const message = {update, anyId};
			return {all, message, sum: await run(all,
				{...message, dryRun: true}, at)};
		}});
}

/** @param {function(): void} done is told when devices have come */
export async function importDevices(done) {
	const at = {done: 0, all: 0};
	const looked = await choose(at);
	if (!looked)
		return;
	const {all, message, sum} = looked;
	if (sum.wrong) {
		await form({title: t('import.mistakes', {n: sum.wrong}), ok: null,
			text: t('import.mistakes.hint'), body: () => mistakes(sum)});
		return;
	}
	Object.assign(at, {done: 0, all: 0});
	const came = await form({title: t('import.title'), ok: t('import.do'),
		text: sums(sum), body: () => html`${changes(sum)}${progress(at)}`,
		send: () => run(all, message, at)});
	if (came?.wrong)
		await form({title: t('import.mistakes', {n: came.wrong}), ok: null,
			text: t('import.stopped', {n: at.done, all: at.all}),
			body: () => mistakes(came)});
	else if (came)
		toast(t('import.done', {sums: sums(came)}));
	if (came)
		done();
}
