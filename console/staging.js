/**
 * staging -- other settings or templates of phones of other vendors: what would
 * change, some phones first, then all of them, or nobody (doc/phones.md).
 *
 * What is thought of stands in here.wish until it is staged: settings of the layer
 * of the URL, or files.  No event tells what others stage, so it is asked for again.
 */

import {confirm, form} from './form.js';
import {html} from './html.js';
import {firstLayer} from './layers.js';
import {Refused, ask, list} from './link.js';
import {attempt, button, heading, load, loaded, panel, pill, since, toast}
	from './parts.js';
import {askSetting} from './phonesetting.js';
import {href} from './route.js';
import {change, state} from './store.js';
import {table} from './table.js';
import {t} from './text.js';

const AGAIN_MS = 5000;	// between two looks at what is staged
const LINES_MAX = 400;	// shown of a group

/** It may begin with the first domain. */
export const afterDomains = true;

export function open({query}) {
	const here = {layer: query.layer || firstLayer(), wish: null, groups: null,
		chosen: new Set()};
	ready(here);
	return here;
}

export function close(here) {
	clearTimeout(here.timer);
}

export async function ready(here) {
	clearTimeout(here.timer);
	await load(here, 'changes', () => list({mt: 'GetStagedTemplates'},
		'changes'));
	if (state.here === here)
		here.timer = setTimeout(() => ready(here), AGAIN_MS);
}

// ---- what is thought of ----------------------------------------------------------------

/** What is seen belongs to what was thought of before. */
function wish(here, what) {
	here.wish = what;
	here.groups = null;
	here.chosen.clear();
	change();
}

async function addSetting(here) {
	const one = await askSetting(here.layer);
	if (one)
		wish(here, {settings: {...here.wish?.settings, [one.name]: one.value}});
}

async function addFile(here) {
	await form({title: t('staging.file'), ok: t('continue'), fields: [
		{name: 'name', label: t('staging.file.name'), required: true,
			hint: t('staging.file.hint')},
		{name: 'file', label: t('staging.file.text'), type: 'file'}],
	async send({name, file}) {
		if (!file)
			throw new Refused({error: 'invalid value', field: 'file'});
		wish(here, {files: {...here.wish?.files, [name]: await file.text()}});
	}});
}

function drop(here, name) {
	const [[kind, all]] = Object.entries(here.wish);
	const {[name]: gone, ...rest} = all;
	wish(here, Object.keys(rest).length ? {[kind]: rest} : null);
}

function message(here) {
	return {...here.wish, ...here.wish.settings && {layer: here.layer}};
}

function look(here) {
	here.chosen.clear();
	here.groups = null;
	change();
	return load(here, 'groups', () => list({mt: 'DiffTemplates',
		...message(here)}, 'groups'));
}

// ---- some phones, all, nobody ----------------------------------------------------------

async function stage(here) {
	const macs = here.groups.rows.filter((one, i) => here.chosen.has(i))
		.map(one => one.like);
	if (await form({title: t('staging.stage'), text: t('staging.stage.hint'),
		ok: t('staging.stage'), fields: [{name: 'phones', type: 'lines',
			label: t('staging.phones'), hint: t('staging.phones.hint'),
			value: [...new Set(macs)].join('\n')}],
		send: ({phones}) => ask({mt: 'StageTemplates', ...message(here),
			phones: phones.split(/[\s,]+/).filter(Boolean)})})) {
		toast(t('staging.staged'));
		wish(here, null);
		ready(here);
	}
}

async function commit(here, one) {
	if (await confirm(t('staging.commit.title', {layer: one.layer}),
		t('staging.commit.hint'), t('staging.commit'), false)
		&& await attempt(() => ask({mt: 'CommitTemplates', id: one.id})))
		toast(t('staging.committed'));
	ready(here);
}

async function revert(here, one) {
	if (await confirm(t('staging.revert.title', {layer: one.layer}),
		t('staging.revert.hint'), t('staging.revert'))
		&& await attempt(() => ask({mt: 'RevertTemplates', id: one.id})))
		toast(t('staging.reverted'));
	ready(here);
}

// ---- what is shown ---------------------------------------------------------------------

const changeColumns = here => [
	{head: t('layer'), size: 'text', cell: one => one.layer === 'templates'
		? t('staging.templates') : html`<code>${one.layer}</code>`},
	{head: t('staging.whom'), cell: one => one.all
		? pill('on', t('staging.all')) : pill('warn', t('staging.some',
			{n: one.phones}))},
	{head: t('time'), cell: one => since(one.made)},
	{head: '', size: 'right', cell: one => !state.me.readOnly && html`
		${!one.all && button(t('staging.commit'), () => commit(here, one))}
		${button(t('staging.revert'), () => revert(here, one))}`}];

function staged(here) {
	return panel(t('staging.changes'), loaded(here.changes, rows => rows.length
		? table(changeColumns(here), rows)
		: html`<p class="muted">${t('staging.none')}</p>`, () => ready(here)));
}

function wished(here) {
	const [[kind, all] = []] = Object.entries(here.wish ?? {});
	const rows = Object.entries(all ?? {}).map(([name, value]) =>
		({name, value}));
	return panel(t('staging.wish'), rows.length ? table([
		{head: kind === 'files' ? t('staging.file.name') : t('setting'),
			cell: one => html`<code>${one.name}</code>`},
		{head: t('setting.value'), size: 'text', cell: one => kind === 'files'
			? t('staging.bytes', {n: one.value.length})
			: one.value || t('none')},
		{head: '', size: 'right', cell: one => button(t('setting.clear'),
			() => drop(here, one.name))}], rows, one => one.name)
		: html`<p class="muted">${t('staging.wish.none')}</p>`, html`
		${button(t('setting.add'), () => attempt(() => addSetting(here)))}
		${state.me.admin && button(t('staging.file'), () => addFile(here))}
		${rows.length > 0 && button(t('staging.look'), () => look(here),
			{kind: 'primary'})}`);
}

/** What is gone and what is new, by sign as well as by colour. */
function lines(text) {
	const all = text.split('\n').filter(Boolean);
	return html`<div class="scroll"><table class="table script"><tbody>${
		all.slice(0, LINES_MAX).map((line, i) => html`<tr key=${i}
		class="${line[0] === '+' ? 'plus' : 'minus'}"><td class="num">
		${line[0] === '+' ? '+' : '−'}</td><td class="text"><code>
		${line.slice(1)}</code></td></tr>`)}</tbody></table></div>
		${all.length > LINES_MAX && html`<p class="muted">
			${t('overview.more', {n: all.length - LINES_MAX})}</p>`}`;
}

function group(here, one, i) {
	const title = t('staging.group', {vendor: one.vendor, file: one.file,
		n: one.phones});
	return html`<div key=${i}><h3><label class="check"><input type="checkbox"
			.checked=${here.chosen.has(i)} @change=${event => {
				event.target.checked ? here.chosen.add(i)
					: here.chosen.delete(i);
				change();
			}}> ${title}</label></h3>
		<p class="muted">${t('staging.like')} <a
			href="${href('phone', one.like)}">${one.like}</a></p>
		${lines(one.text)}</div>`;
}

function groups(here) {
	return here.wish && here.groups && panel(t('staging.groups'),
		loaded(here.groups, rows => rows.length
			? html`<p>${t('staging.count', {n: rows.reduce((n, one) =>
				n + one.phones, 0)})}</p>${rows.map((one, i) =>
				group(here, one, i))}`
			: html`<p class="muted">${t('staging.same')}</p>`, () => look(here)),
		!state.me.readOnly && here.groups.rows?.length > 0
			&& button(t('staging.stage'), () => stage(here), {kind: 'primary'}));
}

export function draw(here) {
	return html`<div class="screen">${heading(t('staging'), html`
		<a class="button" href="${href('layers', here.layer)}">${t('layers')}</a>`)}
		<p class="lead">${t('staging.lead')}</p>
		<p>${t('layer')}: <code>${here.layer}</code></p>
		${staged(here)}${wished(here)}${groups(here)}</div>`;
}
