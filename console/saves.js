/**
 * saves -- what backup jobs have kept of a device: what is in one, in which lines
 * two of them differ, and what became of those that were put back.
 *
 * The view is the URL: "save" is the one that is looked at, "old" the one that it
 * is compared with.
 */

import {confirm} from './form.js';
import {html} from './html.js';
import {jobHref, messageOf} from './jobs.js';
import {ask, list} from './link.js';
import {liveList} from './live.js';
import {attempt, button, empty, heading, load, loaded, panel, pill, toast}
	from './parts.js';
import {href, refine} from './route.js';
import {change, mayChange, state} from './store.js';
import {table} from './table.js';
import {number, t, when} from './text.js';

const REST_MS = 1000;	// between two looks at the list
const SHOWN_MAX = 2000;	// lines

export function open({id, query}) {
	const here = {id, chosen: new Set(), mine: new Set(), work: 'backup'};
	loadSaves(here);
	loadBacks(here);
	load(here, 'device', async () => {
		const {device} = await ask({mt: 'GetDevice', hwId: id});
		if (state.here === here)
			heed(here, device.domainId);
		return device;
	});
	look(here, query);
	return here;
}

export function close(here) {
	here.unfollow?.();
	clearTimeout(here.timer);
}

export function ready(here) {
	loadSaves(here);
	loadBacks(here);
}

function loadSaves(here) {
	return load(here, 'saves', () => list({mt: 'GetBackups', hwId: here.id},
		'backups'));
}

/** Orders to put one back, the newest first; those of this screen that have ended
 * are said. */
function loadBacks(here) {
	return load(here, 'backs', async () => {
		const rows = await list({mt: 'GetRestores', hwId: here.id}, 'restores');
		for (const one of rows)
			if (one.ended && here.mine.delete(one.id))
				ended(here, one);
		return rows;
	});
}

/** No event tells of a save, but of the jobs that make them, and of orders to put
 * one back. */
function heed(here, domainId) {
	liveList(here, 'jobs', messageOf(here, domainId), ({restore}) => {
		if (restore?.hwId === here.id)
			loadBacks(here);
		here.timer ??= setTimeout(() => {
			here.timer = undefined;
			if (state.here === here)
				loadSaves(here);
		}, REST_MS);
	});
}

/** Load what the view is about: the text of one, or how it differs. */
function look(here, query) {
	const {save, old, text} = query, id = Number(save);
	here.query = query;
	here.looked = null;
	if (!id)
		return;
	load(here, 'looked', () => text ? list({mt: 'GetBackup', id}, 'lines')
		: list({mt: 'DiffBackup', id, ...old && {old: Number(old)}}, 'lines'));
}

function view(here, query) {
	refine({save: '', old: '', text: '', ...query});
	look(here, query);
}

// ---- what one can do ---------------------------------------------------------------

/** The two that are chosen, the newer one as what they differ in. */
function compare(here) {
	const [old, save] = [...here.chosen].sort((a, b) => a - b);
	view(here, {save: String(save), old: String(old)});
}

/** What the device has now is saved before.  The server does it, and says how it has
 * ended; here it is known which were ordered on this screen. */
async function order(here, message) {
	if (!await attempt(async () => here.mine.add(
		(await ask({mt: 'RestoreBackup', ...message})).id)))
		return;
	toast(t('saves.back.ordered'));
	loadBacks(here);
}

async function putBack(here, one) {
	const name = here.device?.rows?.name || here.id;
	if (await confirm(t('saves.back', {name, time: when(one.time)}),
		t('saves.back.hint'), t('saves.back.do')))
		await order(here, {id: one.id});
}

/** If what it has cannot be saved, people say whether it is done all the same:
 * nothing takes that back then. */
async function unsaved(here, {backupId}) {
	const name = here.device?.rows?.name || here.id;
	if (await confirm(t('saves.back.unsaved', {name}),
		t('saves.back.unsaved.hint'), t('saves.back.do')))
		await order(here, {id: backupId, unsaved: true});
}

function ended(here, one) {
	if (one.state === 'done')
		toast(t('saves.back.done', {name: here.device?.rows?.name || here.id}));
	else if (one.state === 'unsaved')
		unsaved(here, one);
	loadSaves(here);
}

async function remove(here, one) {
	if (await confirm(t('saves.delete', {time: when(one.time)}),
		t('saves.delete.hint'), t('delete'))
		&& await attempt(() => ask({mt: 'DeleteBackup', id: one.id}))) {
		here.chosen.delete(one.id);
		toast(t('saves.deleted'));
		loadSaves(here);
	}
}

// ---- what is shown -------------------------------------------------------------------

function mark(here, {id, time}) {
	return html`<input type="checkbox" aria-label="${t('grid.one',
		{name: when(time)})}" .checked=${here.chosen.has(id)}
		@change=${event => {
			event.target.checked ? here.chosen.add(id) : here.chosen.delete(id);
			change();
		}}>`;
}

/** Whose it is, unless that job has gone. */
function jobName(here, {jobId}) {
	const job = here.jobs?.rows?.find(one => one.id === jobId);
	return job ? html`<a href="${jobHref(job)}">${job.name}</a>` : '–';
}

const columns = (here, first) => [
	// A dump is neither shown nor compared: what in it is secret nobody knows.
	{head: t('saves.mark'), cell: one => one.instance ? '' : mark(here, one)},
	{head: t('time'), cell: one => html`<span class="nowrap">
		${when(one.time)}</span>`},
	{head: t('state'), cell: one => one.changed ? pill('on', t('saves.new'))
		: pill('none', t('saves.same'))},
	{head: '', cell: one => one.instance ?? ''},
	{head: t('job'), cell: one => jobName(here, one)},
	{head: t('saves.size'), size: 'num', cell: one => html`<span
		title="SHA-256 ${one.sha256}">${number(one.size)}</span>`},
	{head: '', size: 'right', cell: one => html`<div class="actions">
		${!one.instance && button(t('saves.text'), () => view(here,
			{save: String(one.id), text: 'yes'}))}
		${!one.instance && one.id !== first && button(t('saves.changes'),
			() => view(here, {save: String(one.id)}))}
		${mayChange(here.device?.rows?.domainId) && html`
			${one.instance !== 'manager' && button(t('saves.back.do'),
				() => putBack(here, one))}
			${button(t('delete'), () => remove(here, one))}`}
		</div>`}];

function saves(here) {
	return loaded(here.saves, rows => rows.length
		? table(columns(here, rows[rows.length - 1].id), rows)
		: empty('saves', html`<a class="button" href="${href('backups', '',
			{domain: String(here.device?.rows?.domainId ?? '')})}">
			${t('backups')}</a>`), () => loadSaves(here));
}

const backPill = {done: 'on', failed: 'bad', unsaved: 'bad'};

const backColumns = here => [
	{head: t('time'), cell: one => html`<span class="nowrap">
		${when(one.ordered)}</span>`},
	{head: t('saves.back.which'), cell: ({backupId}) => {
		const save = here.saves?.rows?.find(one => one.id === backupId);
		return save ? html`<span class="nowrap">${when(save.time)}</span>` : '–';
	}},
	{head: t('state'), cell: ({state: how}) => pill(backPill[how] ?? 'none',
		t(`saves.way.${how}`))},
	{head: '', cell: one => one.instance ?? ''},
	{head: t('task.error'), size: 'text', cell: one => one.error}];

/** Orders to put one back, and how they ended. */
function backs(here) {
	return loaded(here.backs, rows => rows.length > 0 && panel(t('saves.backs'),
		table(backColumns(here), rows)), () => loadBacks(here));
}

function more(lines) {
	return lines.length > SHOWN_MAX && html`<p class="muted">
		${t('overview.more', {n: lines.length - SHOWN_MAX})}</p>`;
}

function text(lines) {
	return html`<div class="scroll"><table class="table script"><tbody>${
		lines.slice(0, SHOWN_MAX).map((line, i) => html`<tr key=${i}>
		<td class="num">${i + 1}</td><td class="text"><code>${line}</code></td>
		</tr>`)}</tbody></table></div>${more(lines)}`;
}

/** What is gone and what is new, by sign as well as by colour. */
function difference(lines) {
	return lines.length ? html`<div class="scroll"><table class="table script">
		<tbody>${lines.slice(0, SHOWN_MAX).map(({op, line, text: one}, i) => html`
		<tr key=${i} class="${op === '+' ? 'plus' : 'minus'}">
		<td class="num">${line}</td><td class="num">${op === '+' ? '+' : '−'}</td>
		<td class="text"><code>${one}</code></td></tr>`)}</tbody></table></div>
		${more(lines)}` : html`<p class="muted">${t('saves.alike')}</p>`;
}

/** The two that are in the URL may have gone meanwhile: then it has no time. */
function looked(here) {
	const {query} = here;
	const of = id => when(here.saves?.rows?.find(one =>
		one.id === Number(id))?.time);
	const title = query.text ? t('saves.of', {time: of(query.save)})
		: query.old ? t('saves.between', {old: of(query.old),
			time: of(query.save)})
			: t('saves.since', {time: of(query.save)});
	return query.save && panel(title, loaded(here.looked, query.text ? text
		: difference), button(t('close'), () => view(here, {})));
}

export function draw(here) {
	const name = here.device?.rows?.name || here.id;
	return html`<div class="screen">${heading(t('saves.title', {name}), html`
		${here.saves?.rows?.length > 1 && button(t('saves.compare'),
			() => compare(here), {disabled: here.chosen.size !== 2})}
		<a class="button" href="${href('device', here.id)}">${t('device')}</a>`)}
		<p class="lead">${t('saves.lead')}</p>
		${looked(here)}${saves(here)}${backs(here)}</div>`;
}
