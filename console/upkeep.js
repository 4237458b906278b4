/**
 * upkeep -- what is done with a device: the jobs that work on it, whether it is
 * paused, and other hardware in its place.
 *
 * No event tells of one device's task, so it is asked for again while a job
 * works on it.
 */

import {domainName} from './fleet.js';
import {confirm, form} from './form.js';
import {html} from './html.js';
import {Refused, ask, list} from './link.js';
import {jobHref} from './jobs.js';
import {attempt, button, facts, load, loaded, panel, pill, since, toast}
	from './parts.js';
import {go} from './route.js';
import {mayChange, state} from './store.js';
import {table} from './table.js';
import {t, when} from './text.js';

const AGAIN_MS = 2000;
const JOBS_MAX = 20;	// that are asked about one device

// ---- what is known -------------------------------------------------------------------

async function tasksOf({id, device}) {
	const {domainId} = device.rows;
	const jobs = (await Promise.all(['GetUpdateJobs', 'GetBackupJobs'].map(mt =>
		list({mt, domainId}, 'jobs')))).flat()
		.sort((a, b) => (b.began ?? 0) - (a.began ?? 0)).slice(0, JOBS_MAX);
	const found = await Promise.all(jobs.map(async job =>
		(await list({mt: 'GetTasks', id: job.id, hwId: id}, 'tasks'))
			.map(task => ({...task, job}))));
	return found.flat();
}

/** What was paused: the device, or its whole domain, whose pause counts, too. */
async function pauseOf({id, device}) {
	const {until, devices} = await ask({mt: 'GetPauses',
		domainId: device.rows.domainId});
	return {all: until, own: devices.find(one => one.hwId === id)?.until ?? 0};
}

const MOVING = ['waiting', 'active', 'away'];

/** Load here.tasks, here.pause and here.fxs of the device here.device. */
export async function loadUpkeep(here) {
	clearTimeout(here.upkeep);
	if (!here.device?.rows?.domainId)
		return;
	load(here, 'pause', () => pauseOf(here));
	load(here, 'fxs', async () => (await ask({mt: 'GetDevicePhones',
		hwId: here.id})).phones);
	await load(here, 'tasks', () => tasksOf(here));
	if (state.here === here && here.tasks.rows?.some(one =>
		MOVING.includes(one.state) && one.job.state !== 'idle'))
		here.upkeep = setTimeout(() => loadUpkeep(here), AGAIN_MS);
}

/** The screen is left. */
export function leaveUpkeep(here) {
	clearTimeout(here.upkeep);
}

// ---- a pause ------------------------------------------------------------------

const HOUR_MS = 3600000;
const PAUSES = [1, 8, 24, 168, 720];	// hours

async function setPause(here, until) {
	await ask({mt: 'PauseDevice', hwId: here.id, until});
	loadUpkeep(here);
}

/**
 * Of a device, of a domain, or of its alarms.
 * @typedef {object} Pause
 * @property {string} name of what is paused
 * @property {string} [text] what that means, other than for devices
 * @property {number} before until when it is paused now
 * @property {function(number): Promise<void>} set it until then; 0: no longer
 */

/** @param {Pause} what */
export function askPause({name, text = t('pause.hint'), before, set}) {
	return form({title: t('pause.title', {name}), text,
		ok: t('pause'), fields: [{name: 'hours',
			label: t('pause.for'), type: 'choice', value: '24',
			options: PAUSES.map(n => [String(n), n < 24 ? t('hours', {n})
				: t('days', {n: n / 24})])}],
		async send({hours}) {
			await set(Date.now() + hours * HOUR_MS);
			toast(t('pause.done'), () => attempt(() => set(before)));
		}});
}

/** @param {Pause} what */
export function endPause({before, set}) {
	return attempt(async () => {
		await set(0);
		toast(t('pause.over'), () => attempt(() => set(before)));
	});
}

/** @returns {Pause} */
function ofDevice(here, device) {
	return {name: device.name || device.hwId, before: here.pause?.rows?.own ?? 0,
		set: until => setPause(here, until)};
}

/** @param {object} here @param {object} device */
export function pause(here, device) {
	return askPause(ofDevice(here, device));
}

/** What somebody should know who wonders why nothing happens. */
export function paused(here) {
	const {own = 0, all = 0} = here.pause?.rows ?? {}, now = Date.now();
	return html`${own > now && html`<div class="hint-box">
			${pill('warn', t('paused'))}
			<p>${t('paused.until', {time: when(own)})}</p>
			${mayChange(here.device.rows.domainId) && button(t('resume'),
				() => endPause(ofDevice(here, here.device.rows)))}</div>`}
		${all > now && html`<div class="hint-box">
			${pill('warn', t('paused'))}
			<p>${t('paused.domain', {time: when(all)})}</p></div>`}`;
}

// ---- what hangs on it ---------------------------------------------------------

async function removePhone(here, id) {
	if (await confirm(t('device.phone.remove', {id}),
		t('device.phone.remove.hint'), t('delete'))
		&& await attempt(() => ask({mt: 'RemoveDevicePhone', hwId: here.id, id})))
		loadUpkeep(here);
}

/** Of a gateway. */
export function fxsPhones(here) {
	return here.fxs.rows.map(id => html`<div key=${id}>${id}
		${mayChange(here.device.rows.domainId) && button(t('delete'),
			() => removePhone(here, id), {kind: 'quiet'})}</div>`);
}

/** Of an App Platform: whose databases are saved. */
export async function savedApps({hwId}) {
	const set = instances => ask({mt: 'SetDeviceInstances', hwId, instances});
	const {here} = state;
	const {instances} = await ask({mt: 'GetDeviceInstances', hwId});
	if (await form({here, title: t('device.apps'), text: t('device.apps.hint'),
		fields: [{name: 'instances', type: 'lines', label: t('device.apps'),
			value: instances.join('\n')}],
		send: values => set(values.instances.split(/\s+/).filter(Boolean))}))
		toast(t('saved'), () => attempt(() => set(instances)));
}

// ---- other hardware in its place ------------------------------------------------------

/** What it will be, so far as nothing has changed; or the connections of which one
 * must be named. */
async function preview(message) {
	try {
		return await ask({...message, dryRun: true});
	} catch (error) {
		if (error instanceof Refused && error.answer.claims)
			return {claims: error.answer.claims};
		throw error;
	}
}

function claimName({remote, product, version, firstSeen}) {
	return `${remote}, ${product} ${version}, ${t('first')} ${when(firstSeen)}`;
}

/** Which connection is the new hardware; a promise of the message that says so. */
async function named(message, claims) {
	let chosen;
	const answer = await form({title: t('claims'), text: t('claims.hint'),
		ok: t('continue'), fields: [{name: 'claim', label: t('claims.look'),
			type: 'choice', value: '0',
			options: claims.map((one, i) => [String(i), claimName(one)])}],
		send: ({claim}) => {
			const {boot, conn} = claims[Number(claim)];
			chosen = {...message, boot, conn};
			return preview(chosen);
		}});
	return answer && {message: chosen, answer};
}

function outcome(device, {device: then, categories}) {
	return facts([[t('replace.goes'), html`<code>${device.hwId}</code>`],
		[t('replace.comes'), html`<code>${then.hwId}</code>`],
		[t('col.name'), then.name], [t('domain'), domainName(then.domainId)],
		[t('categories'), categories.join(', ')],
		[t('device.rented'), then.hasLeaseLicenses ? t('replace.rented') : '']]);
}

/** First what would be, then the deed: nothing takes it back.
 * @param {object} device that is broken, and offline */
export async function replace(device) {
	let message = {mt: 'ReplaceDevice', hwId: device.hwId};
	const name = device.name || device.hwId;
	let answer = await form({title: t('replace.title', {name}),
		text: t('replace.hint'), ok: t('continue'),
		fields: [{name: 'by', label: t('replace.by'), required: true}],
		send: ({by}) => {
			message = {...message, by};
			return preview(message);
		}});
	if (answer?.claims)
		({message, answer} = await named(message, answer.claims) ?? {});
	if (!answer)
		return;
	const done = await form({title: t('replace.title', {name}), danger: true,
		ok: t('replace'), text: t('replace.sure'),
		body: () => outcome(device, answer), send: () => ask(message)});
	if (!done)
		return;
	toast(done.delivered ? t('assign.delivered', {id: answer.device.hwId})
		: t('assign.later', {id: answer.device.hwId}));
	go('device', answer.device.hwId);
}

// ---- what is shown ----------------------------------------------------------------------

const PILLS = {waiting: 'none', active: 'warn', away: 'off', done: 'on',
	failed: 'bad', skipped: 'off', unfit: 'off'};

const columns = () => [
	{head: t('job'), cell: ({job}) => html`<a href="${jobHref(job)}">${job.name}
		</a>`},
	{head: t('state'), cell: one => html`${pill(PILLS[one.state],
		t('task.' + one.state))}${one.error
		&& html`<div class="detail">${one.error}</div>`}${one.hint
		&& html`<div class="detail">${one.hint}</div>`}`},
	{head: t('task.step'), cell: one => one.step
		&& `${t('job.parts.' + one.step)} ${one.build}`},
	{head: t('job.ended'), cell: one => since(one.ended)}];

export function tasks(here) {
	return panel(t('device.tasks'), loaded(here.tasks, rows => rows.length
		? table(columns(), rows, one => one.job.id)
		: html`<p class="muted">${t('device.tasks.none')}</p>`,
	() => loadUpkeep(here)));
}
