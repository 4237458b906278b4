/**
 * live -- the list of a screen, which events keep as it is.
 *
 * A connection has few subscriptions, and only one screen is open: all screens
 * use the same one, so that each ends that of the screen before.
 */

import {follow} from './link.js';
import {change} from './store.js';

export const SRC = 'screen';

/**
 * here[name] is {rows} or {error} once it is there, as load() has it.
 * @param {object} here of the screen; here.unfollow ends it, here.work says which
 *	jobs are meant: all of them come by the same events
 * @param {'configs'|'jobs'} name of the array; an event has one of them by
 *	its name without the "s"
 * @param {{mt: string, domainId: number}} message
 * @param {function(object): void} [heard] is told what came by each event
 */
export function liveList(here, name, message, heard = () => {}) {
	const rows = new Map();
	function put(one) {
		if (one.domainId === message.domainId
			&& (one.work === 'backup') === (here.work === 'backup'))
			rows.set(one.id, one);
	}
	function take(answer) {
		(answer[name] ?? []).forEach(put);
		if (answer[name.slice(0, -1)])
			put(answer[name.slice(0, -1)]);
		if (answer.mt.endsWith('Deleted'))
			rows.delete(answer.id);
		if (answer.error)
			here[name] = {error: new Error(answer.error)};
		else if (answer.last || here[name]?.rows)
			here[name] = {rows: [...rows.values()]};
		heard(answer);
		change();
	}
	here.unfollow?.();
	here[name] = null;
	here.unfollow = follow(message, {begin: () => rows.clear(), part: take,
		told: take}, SRC);
	change();
}

/**
 * What a screen is that shows such a list of a domain: begin gives its state,
 * follow asks again (for another domain, or after an error), end lets go.
 * @param {'configs'|'jobs'} name as liveList has it
 * @param {function(object): object} message of what the screen knows
 */
export function liveScreen(name, message) {
	const follow = here => liveList(here, name, message(here));
	function begin(domain, work) {
		const here = {domain, work};
		follow(here);
		return here;
	}
	return {begin, follow, end: here => here.unfollow()};
}
