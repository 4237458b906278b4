/**
 * jobs -- update jobs of a domain: what they are at, and how far.
 */

import {domainChoice, domainOf} from './codes.js';
import {form} from './form.js';
import {html} from './html.js';
import {ask, list} from './link.js';
import {liveScreen} from './live.js';
import {attempt, button, empty, heading, loaded, pill, toast} from './parts.js';
import {go, href} from './route.js';
import {state} from './store.js';
import {table} from './table.js';
import {t, when} from './text.js';

const {begin, follow, end} = liveScreen('jobs', 'GetUpdateJobs');

export const open = ({query}) => begin(domainOf(query));
export const close = end;

const PARTS = ['firmware', 'boot', 'boot,firmware', 'firmware,boot'];

function fieldsOf(job, categories) {
	return [
		{name: 'name', label: t('col.name'), value: job.name},
		{name: 'release', label: t('job.release'), value: job.release,
			hint: t('job.release.hint')},
		{name: 'parts', label: t('job.parts'), type: 'choice',
			options: PARTS.map(one => [one, t('job.parts.' + one)]),
			value: job.parts?.join(',') ?? PARTS[0]},
		{name: 'rule', label: t('job.rule'), value: job.rule,
			hint: t('job.rule.hint')},
		{name: 'zone', label: t('alarm.zone'), value: job.zone ?? 'UTC'},
		{name: 'hours', label: t('job.hours'), value: job.hours,
			hint: t('alarm.quiet.hint')},
		{name: 'stages', label: t('job.stages'), type: 'number',
			value: job.stages ?? 1, hint: t('job.stages.hint')},
		{name: 'threshold', label: t('job.threshold'), type: 'number',
			value: job.threshold ?? 100, hint: t('job.threshold.hint')},
		{name: 'keepLauncher', label: t('job.launcher'), type: 'check',
			value: job.keepLauncher},
		{name: 'enabled', label: t('job.enabled'), type: 'check',
			value: job.enabled ?? true},
		{type: 'note', name: 'for', label: t('job.for')},
		...categories.map(one => ({name: `c${one.id}`, type: 'check',
			label: one.name, value: job.categories?.includes(one.name)}))];
}

/**
 * Add one, or edit it; a promise of the answer, or of undefined.
 * @param {object} job with domainId; with id and its members: that one
 */
export async function editJob(job) {
	const all = await list({mt: 'GetCategories', domainId: job.domainId},
		'categories');
	return form({title: job.id ? t('job.edit') : t('jobs.add'),
		fields: fieldsOf(job, all),
		send: typed => ask({
			...job.id ? {mt: 'EditUpdateJob', id: job.id}
				: {mt: 'AddUpdateJob', domainId: job.domainId},
			...Object.fromEntries(['name', 'release', 'rule', 'zone', 'hours',
				'keepLauncher', 'enabled'].map(name => [name, typed[name]])),
			parts: typed.parts.split(','), stages: Number(typed.stages),
			threshold: Number(typed.threshold),
			categories: all.filter(one => typed[`c${one.id}`])
				.map(one => one.name)})});
}

async function add(here) {
	const answer = await editJob({domainId: here.domain});
	if (answer)
		go('job', String(answer.id), {domain: String(here.domain)});
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
		${t('job.progress.n', {n: over, all})}${failed > 0
		&& html` ${pill('bad', t('job.failed', {n: failed}))}`}`;
}

export function buttons(job) {
	const send = (mt, said) => attempt(() => ask({mt, id: job.id})
		.then(() => toast(said)));
	return !state.me.readOnly && (job.state === 'idle'
		? button(t('job.start'), () => send('StartUpdateJob', t('job.started')),
			{disabled: !job.enabled})
		: button(t('job.abort'), () => send('AbortUpdateJob', t('job.aborted'))));
}

const columns = () => [
	{head: t('col.name'), size: 'text', cell: one => html`<a
		href="${href('job', String(one.id), {domain: String(one.domainId)})}">
		${one.name}</a>`},
	{head: t('state'), cell: stateOf},
	{head: t('job.release'), cell: one => one.release},
	{head: t('categories'), size: 'text', cell: one => one.categories.join(', ')},
	{head: t('job.next'), cell: one => when(one.next)},
	{head: t('job.progress'), cell: progress},
	{head: '', size: 'right', cell: buttons}];

export function draw(here) {
	return html`<div class="screen">${heading(t('jobs'), !state.me.readOnly
		&& button(t('jobs.add'), () => attempt(() => add(here)),
			{kind: 'primary'}))}
		<p class="lead">${t('jobs.lead')}</p>
		<div class="filters">${domainChoice(here, follow)}</div>
		${loaded(here.jobs, rows => rows.length ? table(columns(), rows)
			: empty('jobs'), () => follow(here))}</div>`;
}
