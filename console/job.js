/**
 * job -- one update or backup job: its devices, which failed, why, and what to
 * look at.
 */

import {domainName} from './fleet.js';
import {confirm} from './form.js';
import {html} from './html.js';
import {buttons, editJob, listHref, messageOf, progress, stateOf, workOf}
	from './jobs.js';
import {ask, list} from './link.js';
import {liveList} from './live.js';
import {attempt, button, facts, heading, load, loaded, panel, pill, since, toast}
	from './parts.js';
import {href} from './route.js';
import {mayChange, state} from './store.js';
import {table} from './table.js';
import {t, when} from './text.js';

const REST_MS = 1000;	// between two looks at the tasks
const SHOWN_MAX = 1000;	// of them

/** The URL says which domain's list has it: no message asks for one job. */
export function open(route) {
	const here = {id: Number(route.id), chosen: '', work: workOf(route)};
	liveList(here, 'jobs', messageOf(here, Number(route.query.domain)
		|| state.me.domainId), () => soon(here));
	ready(here);
	return here;
}

export function close(here) {
	here.unfollow();
	clearTimeout(here.timer);
}

export function ready(here) {
	load(here, 'tasks', () => list({mt: 'GetTasks', id: here.id,
		state: here.chosen}, 'tasks'));
}

function soon(here) {
	here.timer ??= setTimeout(() => {
		here.timer = undefined;
		if (state.here === here)
			ready(here);
	}, REST_MS);
}

// ---- what one can do ---------------------------------------------------------------

async function edit(job) {
	if (await editJob(job))
		toast(t('saved'));
}

async function remove(job) {
	const backup = job.work === 'backup';
	if (await confirm(t('job.delete', {name: job.name}), backup
		? t('backup.delete.hint') : t('job.delete.hint'), t('delete'))
		&& await attempt(() => ask({mt: backup ? 'DeleteBackupJob'
			: 'DeleteUpdateJob', id: job.id})))
		location.hash = listHref(job);
}

// ---- what is shown -------------------------------------------------------------------

/** What only jobs of its work have. */
function own(job) {
	if (job.work === 'phones')
		return [[t('job.models'), job.models.join(', ')],
			[t('job.version'), job.release],
			[t('job.firmware'), job.firmware]];
	return job.work === 'backup' ? [
		[t('backup.keep'), job.keep ? t('n', {n: job.keep}) : t('all')],
		[t('backup.days'), job.days ? t('n', {n: job.days}) : ''],
		[t('backup.target'), job.target],
		[t('backup.login'), job.login]]
		: [[t('job.release'), job.release],
			[t('job.parts'), t('job.parts.' + job.parts.join(','))]];
}

function about(job) {
	return panel(t('job.about'), facts([
		[t('state'), html`${stateOf(job)} ${job.state !== 'idle'
			&& job.round > 0 && t('job.round', {n: job.round})}`],
		[t('job.trouble'), job.trouble],
		[t('job.progress'), progress(job) || ''],
		[t('domain'), html`<a href="${listHref(job)}">
			${domainName(job.domainId)}</a>`],
		...own(job),
		[t('categories'), job.categories.join(', ')],
		[t('job.rule'), job.rule ? `${job.rule} (${job.zone})` : t('job.hand')],
		[t('job.hours'), job.hours],
		[t('job.next'), job.next ? when(job.next) : ''],
		[t('job.due'), job.due ? when(job.due) : ''],
		[t('job.began'), job.began ? since(job.began) : ''],
		[t('job.ended'), job.ended ? since(job.ended) : '']]));
}

const PILLS = {waiting: 'none', active: 'warn', away: 'off', done: 'on',
	failed: 'bad', skipped: 'off', unfit: 'off'};

const columns = here => [
	{head: t('state'), cell: one => pill(PILLS[one.state],
		t('task.' + one.state))},
	{head: t('device'), size: 'text', cell: one => html`<a
		href="${here.work === 'backup' ? href('saves', one.hwId)
			: href('device', one.hwId)}">${one.name || one.hwId}</a>`},
	{head: t('job.stage'), cell: one => t('n', {n: one.stage})},
	{head: t('task.step'), cell: one => one.step
		&& `${t('job.parts.' + one.step)} ${one.build}`},
	{head: t('task.tries'), cell: one => t('n', {n: one.tries})},
	{head: t('job.ended'), cell: one => since(one.ended)},
	{head: t('task.error'), size: 'text', cell: one => html`${one.error}
		${one.hint && html`<div class="detail">${one.hint}</div>`}`}];

function filter(here) {
	return html`<label class="filter"><span>${t('state')}</span>
		<select name="state" @change=${event => {
			here.chosen = event.target.value;
			ready(here);
		}}>${['', ...Object.keys(PILLS)].map(one => html`<option value="${one}"
			?selected=${one === here.chosen}>${one ? t('task.' + one) : t('all')}
			</option>`)}</select></label>`;
}

function tasks(here) {
	return panel(t('job.tasks'), loaded(here.tasks, rows => rows.length
		? html`${table(columns(here), rows.slice(0, SHOWN_MAX), one => one.hwId)}
			${rows.length > SHOWN_MAX && html`<p class="muted">
				${t('overview.more', {n: rows.length - SHOWN_MAX})}</p>`}`
		: html`<p class="muted">${t('job.tasks.none')}</p>`, () => ready(here)),
	filter(here));
}

function body(here, job) {
	return job ? html`${about(job)}${tasks(here)}` : html`<div class="empty">
		<h2>${t('job.gone')}</h2>${here.work === 'backup'
			? html`<a class="button" href="#/backups">${t('backups')}</a>`
			: html`<a class="button" href="#/jobs">${t('jobs')}</a>`}</div>`;
}

export function draw(here) {
	const job = here.jobs?.rows?.find(one => one.id === here.id);
	return html`<div class="screen">${heading(job?.name
		?? (here.work === 'backup' ? t('backups') : t('jobs')),
		job && mayChange(job.domainId) && html`${buttons(job)}
			${job.state === 'idle' && button(t('edit'),
				() => attempt(() => edit(job)))}
			${button(t('delete'), () => remove(job), {kind: 'danger'})}`)}
		${loaded(here.jobs, () => body(here, job))}</div>`;
}
