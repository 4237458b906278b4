/**
 * jobs -- update jobs of a domain, or its backup jobs: what they are at, and how
 * far.  Which of the two, here.work says, and "work" of a job, which of an update is
 * "update" or "phones": of phones of other vendors.
 */

import {domainChoice, domainOf} from './codes.js';
import {form} from './form.js';
import {html} from './html.js';
import {ask, list} from './link.js';
import {liveScreen} from './live.js';
import {attempt, button, empty, heading, loaded, pill, some, toast} from './parts.js';
import {href} from './route.js';
import {mayChange, state} from './store.js';
import {table} from './table.js';
import {t, when} from './text.js';

/** @param {{work: string}} here @param {number} domainId */
export function messageOf({work}, domainId) {
	const backup = work === 'backup';
	return {mt: backup ? 'GetBackupJobs' : 'GetUpdateJobs', domainId};
}

const {begin, follow, end} = liveScreen('jobs',
	here => messageOf(here, here.domain));

/** @param {import('./route.js').Route} route */
export function workOf({screen}) {
	return screen === 'backups' || screen === 'backup' ? 'backup' : 'update';
}

/** It may begin with the first domain. */
export const afterDomains = true;

export const open = route => begin(domainOf(route.query), workOf(route));
export const close = end;

/** Where its list is, and where it is. @param {object} job */
export function listHref({work, domainId}) {
	return href(work === 'backup' ? 'backups' : 'jobs', '',
		{domain: String(domainId)});
}

export function jobHref({work, id, domainId}) {
	return href(work === 'backup' ? 'backup' : 'job', String(id),
		{domain: String(domainId)});
}

// ---- adding and editing --------------------------------------------------------------

const PARTS = ['firmware', 'boot', 'boot,firmware', 'firmware,boot'];

function updateFields(job) {
	return [
		{name: 'release', label: t('job.release'), value: job.release,
			hint: t('job.release.hint')},
		{name: 'parts', label: t('job.parts'), type: 'choice',
			options: PARTS.map(one => [one, t('job.parts.' + one)]),
			value: job.parts?.join(',') ?? PARTS[0]},
		{name: 'keepLauncher', label: t('job.launcher'), type: 'check',
			value: job.keepLauncher}];
}

const check = model => 'model ' + model;

/** A group of each vendor. @param {object[]} types */
function modelGroups(job, types) {
	return [...new Set(types.map(one => one.vendor))].map(vendor =>
		({type: 'group', name: vendor, label: vendor || t('job.models.gone'),
			fields: types.filter(one => one.vendor === vendor).map(one =>
				({name: check(one.type), type: 'check', label: one.name,
					value: job.models?.includes(one.type)}))}));
}

/** Of phones of other vendors. */
function phonesFields(job, {types}) {
	return [
		{type: 'note', name: 'which', label: t('job.models')},
		...modelGroups(job, types),
		{name: 'release', label: t('job.version'), value: job.release,
			hint: t('job.version.hint')},
		{name: 'firmware', label: t('job.firmware'), value: job.firmware,
			hint: t('job.firmware.hint')}];
}

const OWN_FIELDS = {backup: backupFields, phones: phonesFields,
	update: updateFields};

/** Where copies go is named by administrators only. */
function backupFields(job) {
	return [
		{name: 'keep', label: t('backup.keep'), type: 'number',
			value: job.keep ?? 30, hint: t('backup.keep.hint')},
		{name: 'days', label: t('backup.days'), type: 'number',
			value: job.days ?? 0, hint: t('backup.days.hint')},
		...state.me.admin ? [
			{name: 'target', label: t('backup.target'), value: job.target,
				hint: t('backup.target.hint')},
			{name: 'login', label: t('backup.login'), value: job.login},
			{name: 'password', label: t('backup.password'), type: 'password',
				hint: job.target && t('backup.password.hint'),
				autocomplete: 'new-password'}] : []];
}

function fieldsOf(job, there) {
	return [
		{name: 'name', label: t('col.name'), value: job.name},
		...OWN_FIELDS[job.work](job, there),
		{name: 'rule', label: t('job.rule'), value: job.rule,
			hint: t('job.rule.hint')},
		{name: 'zone', label: t('alarm.zone'), value: job.zone ?? 'UTC'},
		{name: 'hours', label: t('job.hours'), value: job.hours,
			hint: t('alarm.quiet.hint')},
		{name: 'stages', label: t('job.stages'), type: 'number',
			value: job.stages ?? 1, hint: t('job.stages.hint')},
		{name: 'threshold', label: t('job.threshold'), type: 'number',
			value: job.threshold ?? 100, hint: t('job.threshold.hint')},
		{name: 'enabled', label: t('job.enabled'), type: 'check',
			value: job.enabled ?? true},
		{type: 'note', name: 'for', label: t('job.for')},
		...there.categories.map(one => ({name: `c${one.id}`, type: 'check',
			label: one.name, value: job.categories?.includes(one.name)}))];
}

function chosenModels(typed, types) {
	const models = types.map(one => one.type).filter(one => typed[check(one)]);
	if (!models.length)
		throw new Error(t('job.models.none'));
	return models;
}

/** What only jobs of its work have; an empty password stays the one it is. */
function ownValues({work}, typed, {types}) {
	if (work === 'phones')
		return {release: typed.release, firmware: typed.firmware,
			models: chosenModels(typed, types)};
	if (work !== 'backup')
		return {release: typed.release, parts: typed.parts.split(','),
			keepLauncher: typed.keepLauncher};
	const {target, login, password} = typed;
	return {keep: Number(typed.keep), days: Number(typed.days),
		...state.me.admin && {target, login},
		...state.me.admin && password && {password}};
}

/** @param {object} job @returns {{mt: string}} */
function editMessage({id, domainId, work}) {
	const backup = work === 'backup';
	return id ? {mt: backup ? 'EditBackupJob' : 'EditUpdateJob', id}
		: {mt: backup ? 'AddBackupJob' : 'AddUpdateJob', domainId};
}

function editTitle({id, work}) {
	if (work === 'backup')
		return id ? t('backup.edit') : t('backups.add');
	if (work === 'phones')
		return id ? t('job.edit') : t('jobs.add.phones');
	return id ? t('job.edit') : t('jobs.add');
}

/**
 * What can be chosen: categories, and types of phones that can be told; those that
 * a job has and nobody knows any more can be left out of it.
 */
async function choices({domainId, work, models = []}) {
	const categories = await list({mt: 'GetCategories', domainId}, 'categories');
	const types = work !== 'phones' ? []
		: (await list({mt: 'GetPhoneTypes'}, 'types')).filter(one => one.updates);
	const gone = models.filter(model => !types.some(one => one.type === model));
	return {categories, types: [...types,
		...gone.map(type => ({type, vendor: '', name: type}))]};
}

/**
 * Add one, or edit it; a promise of the answer, or of undefined.
 * @param {object} job with domainId and work; with id and its members: that one
 */
export async function editJob(job) {
	const {here} = state, there = await choices(job);
	return form({here, title: editTitle(job), fields: fieldsOf(job, there),
		send: typed => ask({...editMessage(job),
			...Object.fromEntries(['name', 'rule', 'zone', 'hours', 'enabled']
				.map(name => [name, typed[name]])),
			...ownValues(job, typed, there), stages: Number(typed.stages),
			threshold: Number(typed.threshold),
			categories: there.categories.filter(one => typed[`c${one.id}`])
				.map(one => one.name)})});
}

async function add({domain}, work) {
	const answer = await editJob({domainId: domain, work});
	if (answer)
		location.hash = jobHref({work, id: answer.id, domainId: domain});
}

// ---- what one can do, and what is shown of one: job.js does so, too --------------

const OUTCOMES = {done: 'on', aborted: 'off', threshold: 'bad', failures: 'bad'};

/** What it is at, or else how it ended. */
export function stateOf(job) {
	if (job.state !== 'idle')
		return pill('warn', t('job.state.' + job.state));
	if (!job.enabled)
		return pill('off', t('job.disabled'));
	return job.outcome ? pill(OUTCOMES[job.outcome],
		t('job.outcome.' + job.outcome)) : pill('none', t('job.state.idle'));
}

/** How many of its devices are through. */
export function progress(job) {
	const {done, failed, skipped, waiting, active, away} = job.tasks;
	const over = done + failed + skipped;
	const all = over + waiting + active + away;
	return all > 0 && html`<meter aria-label="${t('job.progress')}" min="0"
		max="${all}" value="${over}"></meter>
		${t('n.of', {n: over, all})}${failed > 0
		&& html` ${pill('bad', t('job.failed', {n: failed}))}`}`;
}

export function buttons({id, domainId, work, state: at, enabled}) {
	const backup = work === 'backup';
	const send = (message, said) => attempt(async () => {
		await ask({...message, id});
		toast(said);
	});
	return mayChange(domainId) && (at === 'idle'
		? button(t('job.start'), () => send({mt: backup ? 'StartBackupJob'
			: 'StartUpdateJob'}, t('job.started')), {disabled: !enabled})
		: button(t('job.abort'), () => send({mt: backup ? 'AbortBackupJob'
			: 'AbortUpdateJob'}, t('job.aborted'))));
}

const columns = ({work}) => [
	{head: t('col.name'), size: 'text', cell: one => html`<a
		href="${jobHref(one)}">${one.name}</a>`},
	{head: t('state'), cell: stateOf},
	work === 'backup'
		? {head: t('backup.keep'), cell: one => one.keep ? t('n', {n: one.keep})
			: t('all')}
		: {head: t('job.release'), cell: one => one.release},
	{head: t('categories'), size: 'text', cell: one => some(one.categories)},
	{head: t('job.next'), cell: one => when(one.next)},
	{head: t('job.progress'), cell: progress},
	{head: '', size: 'right', cell: buttons}];

/** Each kind that can be added there. */
function adders(here) {
	const kinds = here.work === 'backup' ? ['backup'] : ['phones', 'update'];
	return kinds.map(work => button(editTitle({work}),
		() => attempt(() => add(here, work)),
		{kind: work === here.work ? 'primary' : undefined}));
}

export function draw(here) {
	const backup = here.work === 'backup';
	return html`<div class="screen">${heading(backup ? t('backups') : t('jobs'),
		mayChange(here.domain) && adders(here))}
		<p class="lead">${backup ? t('backups.lead') : t('jobs.lead')}</p>
		<div class="filters">${domainChoice(here)}</div>
		${loaded(here.jobs, rows => rows.length ? table(columns(here), rows)
			: backup ? empty('backups') : empty('jobs'),
			() => follow(here))}</div>`;
}
