/**
 * sessions -- the logins of an account, and their end.
 */

import {ask} from './link.js';
import {html} from './html.js';
import {attempt, button, loaded, panel, since, toast} from './parts.js';
import {table} from './table.js';
import {t, when} from './text.js';

/** "Chrome 130, Linux": of what a browser says, the part that people know. */
function program(agent) {
	const browser = /(Edg|OPR|Firefox|Chrome|Version)\/(\d+)/.exec(agent);
	const system = /Windows|Android|iPhone|iPad|Mac OS X|Linux/.exec(agent);
	const name = {Edg: 'Edge', OPR: 'Opera', Version: 'Safari'}[browser?.[1]]
		?? browser?.[1];
	return browser ? [`${name} ${browser[2]}`, system?.[0]].filter(Boolean)
		.join(', ') : agent;
}

async function end(id, accountId, again) {
	if (await attempt(() => ask({mt: 'EndSessions', ...id && {id},
		...accountId !== undefined && {accountId}})))
		toast(t('sessions.ended'));
	again();
}

/**
 * @param {object} here of the screen: sessions, and the id of the account if
 *	it is not one's own
 * @param {function(): void} again loads them
 */
export function sessions(here, again) {
	return panel(t('sessions'), loaded(here.sessions, rows => rows.length
		? table([
			{head: t('address'), cell: one => html`<code>${one.address}</code>`},
			{head: t('sessions.agent'), size: 'text', cell: one => html`
				<span title="${one.agent}">${program(one.agent)}</span>`},
			{head: t('sessions.used'), cell: one => since(one.lastUsed)},
			{head: t('sessions.ends'), cell: one => when(one.ends)},
			{head: '', size: 'right', cell: one => one.own ? t('sessions.own')
				: button(t('sessions.end'), () => end(one.id, here.id, again))}],
		rows) : html`<p class="muted">${t('sessions.none')}</p>`),
	here.sessions?.rows?.length > 0 && button(t('sessions.end.all'),
		() => end(0, here.id, again)));
}
