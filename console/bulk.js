/**
 * bulk -- what is done with many devices at once, and what became of each.
 *
 * A message takes as many ids as fit into it, and is done for all of them or
 * for none; of more ids several are sent, one after the other.
 */

import {domainName, deviceOf} from './fleet.js';
import {form} from './form.js';
import {html} from './html.js';
import {ask, list} from './link.js';
import {attempt, button, toast} from './parts.js';
import {change, state} from './store.js';
import {errorText, t} from './text.js';

const AT_ONCE = 2000;	// ids of one message: below 64 KiB with any id
const ASKED_AT_ONCE = 100;	// messages that wait for their answers

/** What cannot be, by device; nothing of that message was done. */
function results(failures) {
	form({title: t('bulk.failed'), ok: null, text: t('bulk.failed.hint'),
		body: () => html`<table class="table"><thead><tr>
			<th>${t('col.hwId')}</th><th>${t('bulk.why')}</th></tr></thead>
			<tbody>${failures.slice(0, 200).map(one => html`<tr>
			<td><code>${one.hwId}</code></td>
			<td>${errorText(new Error(one.error))}</td></tr>`)}</tbody></table>`});
}

/**
 * Send a message for all these devices.
 * @param {object} message
 * @param {Array<string>} ids
 * @param {function(Array<string>): Promise<void>} [before] comes before each
 *	message, with its ids
 * @returns {Promise<number>} how many it was done for
 */
async function send(message, ids, before = async () => {}) {
	let done = 0;
	for (let i = 0; i < ids.length; i += AT_ONCE) {
		const hwIds = ids.slice(i, i + AT_ONCE);
		await before(hwIds);
		try {
			await ask({...message, hwIds});
		} catch (error) {
			if (!error.answer?.results)
				throw error;
			const failures = error.answer.results.filter(one => one.error);
			setTimeout(() => results(failures));
			return done;
		}
		done += hwIds.length;
		if (ids.length > AT_ONCE)
			toast(t('bulk.progress', {n: done, all: ids.length}));
	}
	return done;
}

/** One more of a kind. */
function put(kinds, kind, one) {
	const same = kinds.get(kind);
	same ? same.push(one) : kinds.set(kind, [one]);
}

/**
 * Note which categories devices have: a move takes those that the new domain has
 * not, and no message gives them back.
 * @param {Array<string>} ids
 * @param {Map<string, Array<string>>} labels ids by their categories, as JSON
 */
async function note(ids, labels) {
	for (let i = 0; i < ids.length; i += ASKED_AT_ONCE)
		await Promise.all(ids.slice(i, i + ASKED_AT_ONCE).map(async hwId => {
			const {categories} = await ask({mt: 'GetDeviceCategories', hwId})
				.catch(error => error.message === 'not found'
					? {categories: []} : Promise.reject(error));
			if (categories.length)
				put(labels, JSON.stringify(categories), hwId);
		}));
}

/** Back to where each of them was, with what it had there. */
async function takeBack(before, labels) {
	const ways = [...[...before].map(([domainId, ids]) =>
		[{mt: 'MoveDevices', domainId}, ids]),
	...[...labels].map(([categories, ids]) =>
		[{mt: 'EditDevices', categories: JSON.parse(categories)}, ids])];
	for (const [message, ids] of ways)
		if (await send(message, ids) < ids.length)
			return;
	toast(t('undone'));
}

/**
 * Devices get into a domain; what takes them back is offered.
 * @param {Map<number, Array<string>>} before the ids of each domain
 * @param {number} domainId
 * @param {function(): void} [back] is told when they are taken back
 * @returns {Promise<boolean>} it was done for all of them
 */
export async function moveAll(before, domainId, back = () => {}) {
	const ids = [...before.values()].flat(), labels = new Map();
	const n = await send({mt: 'MoveDevices', domainId}, ids,
		some => note(some, labels));
	if (n)
		toast(t('bulk.moved', {n, domain: domainName(domainId)}),
			() => attempt(async () => {
				await takeBack(before, labels);
				back();
			}));
	return n === ids.length;
}

/** The ids of each domain. */
function places(ids) {
	const found = new Map();
	for (const id of ids) {
		const domainId = deviceOf(id)?.domainId;
		if (domainId)
			put(found, domainId, id);
	}
	return found;
}

export function domainOptions() {
	return state.domains.map(one => [String(one.id), one.name]);
}

async function move(here) {
	const ids = [...here.grid.chosen];
	const before = places(ids);
	await form({title: t('bulk.move', {n: ids.length}), ok: t('move'),
		fields: [{name: 'domainId', label: t('domain'), type: 'choice',
			options: domainOptions(), value: domainOptions()[0]?.[0]}],
		async send({domainId}) {
			if (await moveAll(before, Number(domainId)))
				here.grid.chosen.clear();
		}});
}

async function categories(here) {
	const ids = [...here.grid.chosen];
	const domains = [...places(ids).keys()];
	if (domains.length !== 1) {
		toast(t('bulk.onedomain'));
		return;
	}
	const all = await list({mt: 'GetCategories', domainId: domains[0]},
		'categories');
	await form({here, title: t('bulk.categories', {n: ids.length}),
		fields: all.map(one => ({name: `c${one.id}`, label: one.name,
			type: 'check'})),
		text: all.length ? t('bulk.categories.hint') : t('categories.none'),
		ok: all.length ? t('save') : null,
		async send(values) {
			const n = await send({mt: 'EditDevices', categories: all.filter(one =>
				values[`c${one.id}`]).map(one => one.name)}, ids);
			if (n)
				toast(t('bulk.done', {n}));
		}});
}

async function remove(here) {
	const ids = [...here.grid.chosen];
	await form({title: t('bulk.delete', {n: ids.length}), danger: true,
		text: t('bulk.delete.hint'), ok: t('delete'),
		async send() {
			const n = await send({mt: 'DeleteDevices'}, ids);
			if (n === ids.length)
				here.grid.chosen.clear();
			if (n)
				toast(t('bulk.deleted', {n}));
		}});
}

/** What one can do with those that are selected. */
export function actions(here) {
	const n = here.grid.chosen.size;
	return n > 0 && html`<div class="bulk" key="bulk" role="toolbar"
		aria-label="${t('bulk')}"><strong>${t('bulk.selected', {n})}</strong>
		${button(t('categories'), () => categories(here))}
		${state.me.admin && button(t('move'), () => move(here))}
		${state.me.admin && button(t('delete'), () => remove(here),
			{kind: 'danger'})}
		${button(t('bulk.none'), () => { here.grid.chosen.clear(); change(); },
			{kind: 'quiet'})}</div>`;
}
