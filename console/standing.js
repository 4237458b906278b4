/**
 * standing -- what a device should have, beside what became of it: a panel of
 * its screen.
 *
 * No event tells what was delivered, so it is asked for again while something
 * is on its way to a device that is there.
 */

import {html} from './html.js';
import {ask, list} from './link.js';
import {attempt, button, load, loaded, panel, pill, since} from './parts.js';
import {href} from './route.js';
import {mayChange, state} from './store.js';
import {table} from './table.js';
import {t} from './text.js';

const AGAIN_MS = 2000;

function moves({result}) {
	return result === 'waiting' || result === 'running';
}

/** Load here.standing of the device here.id. */
export async function loadStanding(here) {
	clearTimeout(here.later);
	await load(here, 'standing', () => list({mt: 'GetDeviceConfigState',
		hwId: here.id}, 'configs'));
	if (state.here === here && here.device?.rows?.online !== false
		&& here.standing.rows?.some(moves))
		here.later = setTimeout(() => loadStanding(here), AGAIN_MS);
}

/** The screen is left. */
export function leaveStanding(here) {
	clearTimeout(here.later);
}

async function resume(here) {
	if (await attempt(() => ask({mt: 'ResumeDeviceConfigs', hwId: here.id})))
		loadStanding(here);
}

const PILLS = {waiting: 'none', running: 'warn', delivered: 'on', failed: 'bad',
	stopped: 'bad'};

const columns = () => [
	{head: t('col.type'), cell: one => html`<a
		href="${href('config', String(one.id))}">
		${one.desc || t('config.type.' + one.type)}</a>`},
	{head: t('standing.wanted'), cell: one => t('n', {n: one.revision})},
	{head: t('standing.sent'), cell: one => one.sent && html`${t('n',
		{n: one.sent})}, ${since(one.time)}`},
	{head: t('state'), cell: one => html`${pill(PILLS[one.result],
		t('standing.' + one.result))}${one.error
		&& html`<div class="detail">${one.error}</div>`}`}];

export function standing(here) {
	const stopped = here.standing?.rows?.some(one => one.result === 'stopped');
	return panel(t('standing'), loaded(here.standing, rows => rows.length
		? table(columns(), rows)
		: html`<p class="muted">${t('standing.none')}</p>`),
	stopped && mayChange(here.device?.rows?.domainId) && button(t('standing.resume'),
		() => resume(here)));
}
