/**
 * route -- a view is its URL: BASE/#/<screen>[/<id>][?name=value&...].
 */

import {change, state} from './store.js';

/** @typedef {{screen: string, id: string, query: Object<string, string>}} Route */

/** @returns {Route} */
export function parse(hash) {
	const [path, query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
	const [screen = '', id = ''] = path.split(/\/(.*)/s);
	return {screen: screen || 'overview', id: decoded(id),
		query: Object.fromEntries(new URLSearchParams(query))};
}

function decoded(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** The URL of a view; members of the query that are empty do not count. */
export function href(screen, id = '', query = {}) {
	const given = Object.entries(query).filter(([, value]) => value);
	return '#/' + screen + (id ? '/' + encodeURIComponent(id) : '')
		+ (given.length ? '?' + new URLSearchParams(given) : '');
}

export function go(screen, id, query) {
	location.hash = href(screen, id, query);
}

/** Is told each view that is gone to. @type {function(Route, boolean=): void} */
let told = () => {};

/** As go(), in place of the view that is shown: no step of the browser's history,
 * and who stands in it stays there. */
export function turn(screen, id, query) {
	history.replaceState(null, '', href(screen, id, query));
	told(parse(location.hash), true);
}

/** Do both show the same? @param {Route} one @param {Route} other */
export function isSame(one, other) {
	return href(one.screen, one.id, one.query)
		=== href(other.screen, other.id, other.query);
}

/** Another query of the same view, which knows of it; no step of the browser's
 * history. */
export function refine(query) {
	const {screen, id} = state.route;
	const all = {...state.route.query, ...query};
	history.replaceState(null, '', href(screen, id, all));
	change({route: parse(location.hash)});
}

/** @param {function(Route, boolean=): void} fn is told each view that is gone to;
 *	true: by turn() */
export function watch(fn) {
	told = fn;
	addEventListener('hashchange', () => fn(parse(location.hash)));
	fn(parse(location.hash));
}
